import { escaped } from '../html-text.ts';
import { layout, prose } from './layout.ts';
import { type ArgumentReference, argumentReferences } from './reference.ts';

const introduction = `<p>An error has its values twice: in <code>args</code> as they stand in the text, and in
<code>typedArgs</code> as <code>{"value": {…}, "type": "…"}</code>, where <code>value</code> is always an object. Both
have the same length and order. Below, each type with the shape of its value, and an example as it reads in each
language; instants are shown in the time zone of the tenant, here Zurich.</p>`;

type Field = { type?: unknown; enum?: readonly string[]; description?: string; items?: Field; properties?: Fields };
type Fields = Readonly<Record<string, Field>>;

function typeName({ type, enum: values, items, properties }: Field): string {
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (items) return `a list of ${typeName(items)}`;
  if (properties) return `objects with \`${Object.keys(properties).join('`, `')}\``;
  return [type].flat().join(' or ');
}

/** The fields of a value, those of the items of a list below it. */
const fieldRows = (fields: Fields, path = ''): string[] =>
  Object.entries(fields).flatMap(([name, field]) => [
    `<tr><th scope="row"><code>${path}${name}</code></th><td>${prose(typeName(field))}</td>
<td>${prose(field.description ?? '')}</td></tr>`,
    ...(field.items?.properties ? fieldRows(field.items.properties, `${path}${name}[].`) : []),
  ]);

const textRow = ([locale, text]: [string, string]): string =>
  `<tr><th scope="row">${locale}</th><td lang="${locale}">${escaped(text)}</td></tr>`;

const section = ({ type, schema, example, texts }: ArgumentReference): string => `<article id="${type}">
<h2><a href="#${type}"><code>${type}</code></a></h2>
<div class="scroll" tabindex="0" role="region" aria-label="Value of ${type}">
<table>
<caption>Its value</caption>
<thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>${fieldRows((schema as { properties: Fields }).properties).join('\n')}</tbody>
</table>
</div>
<p>For example <code>${escaped(JSON.stringify({ value: example, type }))}</code></p>
<table class="texts">
<caption>How the example reads</caption>
<thead><tr><th scope="col">Language</th><th scope="col">Text</th></tr></thead>
<tbody>${Object.entries(texts).map(textRow).join('\n')}</tbody>
</table>
</article>`;

/** The page of the typed arguments, with an example of each in every language. */
export const renderArgumentsPage = (): string =>
  layout({ title: 'Typed arguments', main: [introduction, ...argumentReferences().map(section)].join('\n') });
