import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import {
  GatewaySession,
  NoContent,
  PaymentRequestCreated,
  PaymentState,
  PaymentSubmission,
} from '../../contract/gateway.ts';
import { authenticatePayment } from '../../ops/payment-requests/authenticate.ts';
import { cancelPayment } from '../../ops/payment-requests/cancel.ts';
import { createPaymentRequest } from '../../ops/payment-requests/create.ts';
import { getPayment } from '../../ops/payment-requests/get.ts';
import { submitPayment } from '../../ops/payment-requests/submit.ts';
import { getUserPaymentSession } from '../../ops/payment-sessions/get.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const base = '/upg/api/v1';
const tokenPath = Type.Object({ token: Type.String({ description: 'The payment request’s token' }) });
const shared = { security: 'session', tag: 'Gateway API' } as const;

/** The gateway API (UPG), which the browser component talks to with its session token alone. */
export function serveGateway(app: App, services: Services): void {
  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: `${base}/session`,
    operation: getUserPaymentSession,
    summary: 'Read the session',
    success: { schema: GatewaySession },
    input: (_request, session) => session,
    present: (body) => ({ body }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: `${base}/payment-requests`,
    operation: createPaymentRequest,
    summary: 'Begin a payment request',
    body: NoContent,
    success: { status: 201, schema: PaymentRequestCreated },
    input: (_request, session) => session,
    present: (body) => ({ status: 201, body }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: `${base}/payments/:token`,
    operation: submitPayment,
    summary: 'Submit an instrument',
    description: 'A decline is an answer with the status DECLINED. The same session may try again.',
    params: tokenPath,
    body: PaymentSubmission,
    success: { schema: PaymentState },
    input: ({ params, body }, session) => ({ session, token: params.token, body }),
    present: (body) => ({ body }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: `${base}/payments/:token`,
    operation: getPayment,
    summary: 'Read a payment request',
    params: tokenPath,
    success: { schema: PaymentState },
    input: ({ params }, session) => ({ session, token: params.token }),
    present: (body) => ({ body }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'PUT',
    url: `${base}/payments/:token/authenticate`,
    operation: authenticatePayment,
    summary: 'Conclude a challenge or redirect',
    params: tokenPath,
    body: NoContent,
    success: { schema: PaymentState },
    input: ({ params }, session) => ({ session, token: params.token }),
    present: (body) => ({ body }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'DELETE',
    url: `${base}/payments/:token`,
    operation: cancelPayment,
    summary: 'Cancel a payment request',
    params: tokenPath,
    success: { schema: PaymentState },
    input: ({ params }, session) => ({ session, token: params.token }),
    present: (body) => ({ body }),
  });
}
