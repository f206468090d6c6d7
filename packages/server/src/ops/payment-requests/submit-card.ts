import { findTestCard } from '../../connectors/simulated/test-cards.ts';
import type { Context } from '../../context.ts';
import type { PaymentSubmission } from '../../contract/gateway.ts';
import type { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import { tokenizeAt } from '../instruments/tokenize.ts';
import { checkCard } from './card-rules.ts';
import { entryOf } from './submission.ts';
import { askedAccount, type Submit } from './submitted.ts';

/** Checks a card as entered; then, when called, at the gateway, and vaults it there unless a challenge comes first. */
export function readCard(ctx: Context, body: PaymentSubmission): Submit {
  const card = checkCard(entryOf(body, 'creditCard'), ctx.now());
  if (ctx.tenant.mode === 'live') refuseTestCard(card.number);
  return async (gateway) => {
    const asked = await gateway(ctx, (connector, account, signal) => connector.checkCard(account, card, signal));
    const { brand, holder, number, expiryMonth, expiryYear } = card;
    const details = { kind: 'card' as const, number, holder, expiryMonth, expiryYear };
    return {
      checked: asked.checked,
      content: {
        card: { brand, holder, lastFour: number.reveal().slice(-4), expiryMonth, expiryYear },
        ...(asked.checked.outcome === 'approved' ? await tokenizeAt(ctx, asked.accounts, details) : {}),
      },
      vault: { kind: 'card', number },
      ...askedAccount(asked),
    };
  };
}

/** A published test number is nobody's card; a gateway in live mode would be asked in vain. */
function refuseTestCard(number: Secret<string>): void {
  if (!findTestCard(number.reveal())) return;
  throw new OnfileError('errormessage.card.number.invalid', { reference: 'creditCard.cardNumber' });
}
