import { escaped } from './html-text.ts';

/** What the page is written for. */
export type FramePage = {
  /** Below `/component/v1/`. */
  script: string;
  styles: readonly string[];
  /** Sites that may embed the page; null: nobody may, not even this server's own pages. */
  allowedOrigins: readonly string[] | null;
  /** Where the simulated bank's page is, which the form shows in a frame of its own. */
  serverOrigin: string;
};

/** Nothing from elsewhere, nothing inline, no markup made from text; embedded by the tenant's sites and our own. */
export function framePolicy({ allowedOrigins, serverOrigin }: FramePage): string {
  const ancestors = allowedOrigins === null ? ["'none'"] : ["'self'", ...allowedOrigins];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'none'",
    `frame-src 'self' ${serverOrigin}`,
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    `frame-ancestors ${ancestors.join(' ')}`,
  ].join('; ');
}

/** The page inside the component's iframe: a skeleton of the form until its script has the session. */
export function renderFramePage({ script, styles, allowedOrigins }: FramePage): string {
  const links = styles.map((style) => `<link rel="stylesheet" href="/component/v1/${escaped(style)}">\n`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="onfile-allowed-origins" content="${escaped((allowedOrigins ?? []).join(' '))}">
<title>Payment form</title>
${links.join('')}<script type="module" src="/component/v1/${escaped(script)}"></script>
</head>
<body>
<main aria-busy="true"></main>
</body>
</html>
`;
}
