import type { ChallengeState } from './simulated-connector.ts';

/** Where the page's style sheet is served. */
export const challengeStylePath = '/simulator/challenge.css';

/** The style sheet, apart from the page because the page's security policy allows no inline style. */
export const challengeStyle = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; }
main { box-sizing: border-box; max-width: 28rem; padding: 1.5rem; }
h1 { font-size: 1.25rem; margin: 0 0 0.5rem; }
form { display: flex; flex-wrap: wrap; gap: 0.75rem; }
button { flex: 1 1 10rem; min-height: 2.75rem; padding: 0.5rem 1rem; font: inherit; }
`;

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
 * `outcome=fail` as a form to the page's own URL; after that what was decided. Needs no script.
 */
export const renderChallengePage = (state: ChallengeState): string => {
  const { title, body } = contents[state];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${challengeStylePath}">
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
};
