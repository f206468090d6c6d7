import type { Context } from '../../context.ts';
import { Failures } from '../../contract/failures.ts';
import type { PaymentState, PaymentSubmission } from '../../contract/gateway.ts';
import type { DataKey } from '../../crypto/envelope.ts';
import { OnfileError } from '../../errors.ts';
import type { PaymentRequestRow } from '../../store/payment-requests.ts';
import { type FoundSession, sessionsKey } from '../../store/payment-sessions.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { vaultNumber } from '../instruments/vault.ts';
import { operation } from '../operation.ts';
import { permittedChoices } from '../payment-sessions/permitted-choices.ts';
import { checkAddress, recordAddress } from './address.ts';
import { whileClaimed } from './claim.ts';
import { concludeRequest } from './conclude.ts';
import { type RequestContent, sealRequest } from './content.ts';
import { requestOfSession, stateConflict } from './find.ts';
import { limitedGateway } from './limited-gateway.ts';
import { pickStoredInstrument } from './pick-stored.ts';
import { checkReturnUrl } from './return-url.ts';
import { nextState } from './state.ts';
import { refuseOtherEntries } from './submission.ts';
import { readBankAccount } from './submit-bank-account.ts';
import { readCard } from './submit-card.ts';
import { readOffline } from './submit-offline.ts';
import { readRedirect } from './submit-redirect.ts';
import type { Submit, Submitted } from './submitted.ts';

type Submission = { session: AuthenticatedSession; token: string; body: PaymentSubmission };

/**
 * Takes the instrument that the customer entered, or picked among those on file. The connector checks it; a decline is
 * an answer, not an error. Number and code are in clear in this call only. Throws 400 for what cannot be an instrument.
 */
export const submitPayment = operation(null, async (ctx: Context, input: Submission): Promise<PaymentState> => {
  const { session, body } = input;
  const request = await requestOfSession(ctx, session.session, input.token);
  if (request.status !== 'CREATED') throw stateConflict(request.status);
  if (!permittedChoices(ctx.tenant, session.session).includes(body.paymentMethod)) {
    throw new OnfileError('errormessage.payment.choice.not.permitted', { reference: 'paymentMethod' });
  }
  const failures = new Failures();
  failures.check(() => refuseOtherEntries(body));
  failures.check(() => checkAddress(body.billingAddress ?? {}));
  failures.check(() => checkReturnUrl(ctx, body.returnUrl));
  if (body.paymentInstrumentToken !== undefined) {
    failures.throwAny();
    return pickStoredInstrument(ctx, session, request, body.paymentMethod, body.paymentInstrumentToken);
  }
  const submit = failures.passed(failures.check(() => readEntry(ctx, session.session, body)));
  const gateway = limitedGateway(session.session, request);
  // Before the gateway is asked: a key that is not known makes the whole operation run again.
  const dataKey = ctx.keys.customerKey(sessionsKey(session.session));
  return whileClaimed(ctx, request, async () => {
    const submitted = await submit(gateway);
    return conclude(ctx, { session: session.session, request, dataKey }, body.billingAddress ?? {}, submitted);
  });
});

/** Checks what was entered at once; what is answered asks the gateway. */
function readEntry(ctx: Context, session: FoundSession, body: PaymentSubmission): Submit {
  const { paymentMethod: choice } = body;
  switch (choice) {
    case 'CREDIT_CARD':
      return readCard(ctx, body);
    case 'SEPA':
    case 'CH_DD':
    case 'LSV':
    case 'BACS':
    case 'ACH':
      return readBankAccount(ctx, session, choice, body);
    case 'PAYPAL':
    case 'TWINT':
    case 'IDEAL':
    case 'BANCONTACT':
      return readRedirect(ctx, choice, body);
    case 'CASH':
    case 'BANK_TRANSFER':
      return readOffline(choice);
  }
}

async function conclude(
  ctx: Context,
  { session, request, dataKey }: { session: FoundSession; request: PaymentRequestRow; dataKey: DataKey },
  address: NonNullable<PaymentSubmission['billingAddress']>,
  submitted: Submitted,
): Promise<PaymentState> {
  const { checked, vault, merchantAccountId } = submitted;
  const content: RequestContent = { ...submitted.content, billingAddress: recordAddress(address) };
  const next = nextState(checked, content);
  const challenge = checked.outcome === 'challenged' ? checked : null;
  const to: PaymentRequestRow = {
    ...request,
    status: next.state.status,
    challenge_reference: challenge?.challengeReference ?? null,
    challenge_action: challenge?.action ?? null,
    challenge_merchant_account_id: challenge && merchantAccountId ? merchantAccountId : null,
    key_id: dataKey.keyId,
    sealed: sealRequest(ctx, request.request_id, content, dataKey),
  };
  await concludeRequest(ctx, request, to, {
    ...(vault ? { secret: vaultNumber(ctx, vault, session.customer_uuid, dataKey) } : {}),
    ...(next.reason ? { reason: next.reason } : {}),
    result: next.state,
    made: { tokens: content.tokens ?? [], recordId: null, dataKey },
  });
  return next.state;
}
