/** What the page loads, below `/component/v1/`. */
export type DemoPage = { script: string; styles: readonly string[] };

/** Nothing from elsewhere, nothing inline, no markup made from text, and no page may frame this one. */
export const demoPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "frame-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const demoIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="8" fill="#1f4ed8"/>
<path d="M5 16h3m16 0h3M8 12v8m4-10v12m8-12v12m4-10v8M12 16h8" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/>
</svg>
`;

/** The shop's account page, empty: its script draws it. The component's loader comes first, as in any shop. */
export const renderDemoPage = ({ script, styles }: DemoPage): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Your payment method – Northgate Gym (Onfile demo)</title>
<link rel="icon" href="/demo/icon.svg" type="image/svg+xml">
${styles.map((style) => `<link rel="stylesheet" href="/component/v1/${style}">\n`).join('')}\
<script src="/component/v1/widget.js"></script>
<script type="module" src="/component/v1/${script}"></script>
</head>
<body>
<noscript>This page needs JavaScript.</noscript>
</body>
</html>
`;
