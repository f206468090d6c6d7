import type { Context } from '../../context.ts';
import type { GatewaySession } from '../../contract/gateway.ts';
import { findActiveRequest } from '../../store/payment-requests.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { operation } from '../operation.ts';
import { paymentRequestToken } from '../payment-requests/tokens.ts';
import { existingInstruments } from './existing-instruments.ts';
import { offeredMandates } from './offered-mandates.ts';
import { permittedChoices } from './permitted-choices.ts';

/** What the component needs to show its form, and the request that a reloaded page had begun. */
export const getUserPaymentSession = operation(
  null,
  async (ctx: Context, authenticated: AuthenticatedSession): Promise<GatewaySession> => {
    const { session, secret } = authenticated;
    const [active, existing] = await Promise.all([
      findActiveRequest(ctx.db, ctx.tenant.tenantId, session.session_id),
      existingInstruments(ctx, authenticated),
    ]);
    const permitted = permittedChoices(ctx.tenant, session);
    return {
      scope: session.scope,
      amount: Number(session.amount),
      currency: session.currency,
      countryCode: ctx.tenant.country,
      locale: ctx.tenant.locale,
      ...(active
        ? { activePaymentRequest: { token: paymentRequestToken(secret, active.request_id), status: active.status } }
        : {}),
      permittedPaymentChoices: permitted,
      existingPaymentInstruments: existing.map(({ recordId: _, recordVersion: __, ...instrument }) => instrument),
      requireDirectDebitSignature: session.require_direct_debit_signature,
      mandates: offeredMandates(ctx, permitted),
      tokenValidUntil: session.valid_until.toISOString(),
    };
  },
);
