import type { ChallengeState } from './challenge-store.ts';
import { renderPage } from './page.ts';

const contents: Readonly<Record<ChallengeState, { title: string; body: string }>> = {
  pending: {
    title: 'Confirm that it is you',
    body: `<p>This page stands in for your bank’s. Nothing is charged.</p>
<form method="post">
<button type="submit" name="outcome" value="complete">Complete authentication</button>
<button type="submit" name="outcome" value="fail">Fail authentication</button>
</form>`,
  },
  completed: {
    title: 'Authentication completed',
    body: '<p role="status">You can go back to the payment form now.</p>',
  },
  failed: {
    title: 'Authentication failed',
    body: '<p role="status">You can go back to the payment form and try again there.</p>',
  },
};

/**
 * The HTML page of a simulated 3-D Secure challenge: while it is pending two buttons, which post `outcome=complete` or
 * `outcome=fail` as a form to the page's own URL; after that what was decided.
 */
export const renderChallengePage = (state: ChallengeState): string => renderPage(contents[state]);
