/** Where the style sheet of the simulator's pages is served. */
export const pageStylePath = '/simulator/page.css';

/** The style sheet, apart from the pages because their security policy allows no inline style. */
export const pageStyle = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; }
main { box-sizing: border-box; max-width: 28rem; padding: 1.5rem; }
h1 { font-size: 1.25rem; margin: 0 0 0.5rem; }
form { display: flex; flex-wrap: wrap; gap: 0.75rem; }
label { flex: 1 1 100%; }
select { display: block; box-sizing: border-box; width: 100%; min-height: 2.75rem; margin-top: 0.25rem; font: inherit; }
button { flex: 1 1 10rem; min-height: 2.75rem; padding: 0.5rem 1rem; font: inherit; }
`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as HTML may hold it, between tags and in quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? '');

/** A whole page of the simulator, in English. `title` is its heading too; `body` is HTML. Needs no script. */
export const renderPage = ({ title, body }: { title: string; body: string }): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${pageStylePath}">
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
