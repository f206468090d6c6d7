import { escaped } from '../html-text.ts';

/** Nothing but the page's own style sheet: no script, no image, nothing inline, in nobody's frame. */
export const referencePolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A prose of ours in HTML: what stands between backticks is code. */
export const prose = (text: string): string => escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

/** A page of the reference around its main part. */
export const layout = ({ title, main }: { title: string; main: string }): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} – Onfile</title>
<link rel="stylesheet" href="/docs/errors.css">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<nav aria-label="Documentation">
<a href="/docs">API reference</a>
<a href="/docs/errors">Error codes</a>
<a href="/docs/errors/arguments">Typed arguments</a>
</nav>
</header>
<main id="main">
<h1>${escaped(title)}</h1>
${main}
</main>
</body>
</html>
`;
