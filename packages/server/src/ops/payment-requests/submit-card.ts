import type { Context } from '../../context.ts';
import type { PaymentSubmission } from '../../contract/gateway.ts';
import { tokenizeAt } from '../instruments/tokenize.ts';
import { checkCard } from './card-rules.ts';
import { entryOf } from './submission.ts';
import { askedAccount, askGateway, type Submitted } from './submitted.ts';

/** Checks a card as entered; then, when called, at the gateway, and vaults it there unless a challenge comes first. */
export function readCard(ctx: Context, body: PaymentSubmission): () => Promise<Submitted> {
  const card = checkCard(entryOf(body, 'creditCard'), ctx.now());
  return async () => {
    const asked = await askGateway(ctx, (connector, account, signal) => connector.checkCard(account, card, signal));
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
