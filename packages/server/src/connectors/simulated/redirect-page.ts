import type { RedirectChoice } from '../connector.ts';
import { escapeHtml, renderPage } from './page.ts';
import type { Redirect } from './redirect-store.ts';
import { testPayers } from './test-payers.ts';

const methodNames: Readonly<Record<RedirectChoice, string>> = {
  PAYPAL: 'PayPal',
  TWINT: 'TWINT',
  IDEAL: 'iDEAL',
  BANCONTACT: 'Bancontact',
};

const decisionForm = (
  choice: RedirectChoice,
): string => `<p>This page stands in for ${methodNames[choice]}. Nothing is charged.</p>
<form method="post">
<label>Test payer
<select name="payer">
${testPayers[choice].map(({ id, label }) => `<option value="${id}">${label}</option>`).join('\n')}
</select>
</label>
<button type="submit" name="outcome" value="approve">Approve</button>
<button type="submit" name="outcome" value="cancel">Cancel</button>
</form>`;

const wayBack = (returnUrl: string | null): string =>
  returnUrl === null
    ? '<p role="status">You can go back to the payment form now.</p>'
    : `<p role="status">You can <a href="${escapeHtml(returnUrl)}">go back to the payment form</a> now.</p>`;

/**
 * The HTML page that stands in for the other party of a redirect: while it is pending a choice of test payers and two
 * buttons, which post `payer` and `outcome` (`approve` or `cancel`) as a form to the page's own URL; after that what was
 * decided and the way back.
 */
export const renderRedirectPage = ({ choice, returnUrl, state }: Pick<Redirect, 'choice' | 'returnUrl' | 'state'>) => {
  const method = methodNames[choice];
  if (state === 'pending') return renderPage({ title: `Pay with ${method}`, body: decisionForm(choice) });
  return renderPage({ title: `${method} was ${state}`, body: wayBack(returnUrl) });
};
