import type { RedirectChoice } from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import type { PaymentSubmission } from '../../contract/gateway.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { askedAccount, type Submit } from './submitted.ts';

/** A method that the customer grants elsewhere: when called, the gateway says where. */
export function readRedirect(ctx: Context, choice: RedirectChoice, body: PaymentSubmission): Submit {
  const issuer = choice === 'IDEAL' ? body.ideal?.issuer : undefined;
  refuseCardNumbers(issuer, 'ideal.issuer');
  const redirect = { choice, ...(issuer ? { issuer } : {}) };
  const { returnUrl } = body;
  return async (gateway) => {
    const asked = await gateway(ctx, (connector, account, signal) =>
      connector.startRedirect(account, { ...redirect, ...(returnUrl ? { returnUrl } : {}) }, signal),
    );
    return { checked: asked.checked, content: { redirect }, ...askedAccount(asked) };
  };
}
