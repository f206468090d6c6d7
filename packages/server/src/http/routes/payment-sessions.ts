import type { Services } from '../../context.ts';
import { UserSession, UserSessionCreation } from '../../contract/payments.ts';
import { createUserPaymentSession } from '../../ops/payment-sessions/create.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

/** Sessions of the browser component, as a backend begins them. */
export function servePaymentSessions(app: App, services: Services): void {
  serveEndpoint(app, services, {
    method: 'POST',
    url: '/v1/payments/user-session',
    security: 'api-key',
    operation: createUserPaymentSession,
    summary: 'Create a user payment session',
    description: 'Lets one browser enter one payment instrument. Hand the token to the component and nowhere else.',
    tag: 'Customer API',
    body: UserSessionCreation,
    success: { schema: UserSession },
    failures: [404],
    input: ({ body }) => ({ body }),
    present: (session) => ({ body: session }),
  });
}
