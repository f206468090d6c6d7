import { locales } from '../../locales/negotiate.ts';
import { escaped } from '../html-text.ts';
import { layout, prose } from './layout.ts';
import { type CodeReference, codesIn } from './reference.ts';

const introduction = `<p>Every failure has the same body. Decide by <code>errorCode</code>, which is stable, and show
<code>errorMessage</code>, which is in the language of <code>Accept-Language</code>. <code>args</code> holds the values in
the text as people read them, <code>typedArgs</code> the same values <a href="/docs/errors/arguments">by their
types</a>, in the same order. The <a href="/docs/errors.json">same list as JSON</a> is for programs.</p>`;

const nameOf = (locale: string): string => new Intl.DisplayNames([locale], { type: 'language' }).of(locale) ?? locale;

const languageLink = (locale: string, isCurrent: boolean): string =>
  `<li><a href="/docs/errors?language=${locale}" hreflang="${locale}" lang="${locale}"${
    isCurrent ? ' aria-current="true"' : ''
  }>${escaped(nameOf(locale))}</a></li>`;

const languages = (current: string): string => `<nav class="languages" aria-labelledby="languages">
<h2 id="languages">Language of the texts</h2>
<ul>
${locales.map((locale) => languageLink(locale, locale === current)).join('\n')}
</ul>
</nav>`;

const idOf = (title: string): string => title.toLowerCase().replaceAll(/[^a-z]+/g, '-');

const contents = (groups: ReturnType<typeof codesIn>): string => `<nav class="contents" aria-labelledby="contents">
<h2 id="contents">Contents</h2>
<ul>
${groups.map(({ title, codes }) => `<li><a href="#${idOf(title)}">${escaped(title)}</a> <span>${codes.length}</span></li>`).join('\n')}
</ul>
</nav>`;

const argumentRow = ({ arguments: types, example }: CodeReference, n: number): string => {
  const { value } = example.typedArgs[n] ?? {};
  return `<tr><th scope="row">${n}</th><td><a href="/docs/errors/arguments#${types[n]}">${types[n]}</a></td>
<td><code>${escaped(JSON.stringify(value))}</code></td><td>${escaped(example.args[n] ?? '')}</td></tr>`;
};

const argumentTable = (
  code: CodeReference,
): string => `<div class="scroll" tabindex="0" role="region" aria-label="Arguments of ${code.errorCode}">
<table class="wide">
<thead><tr><th scope="col">Argument</th><th scope="col">Type</th><th scope="col">Value, for example</th><th scope="col">In the text</th></tr></thead>
<tbody>${code.arguments.map((_, n) => argumentRow(code, n)).join('\n')}</tbody>
</table>
</div>`;

const entry = (code: CodeReference, locale: string): string => `<article id="${code.errorCode}">
<h3><a href="#${code.errorCode}"><code>${code.errorCode}</code></a> <span class="status" data-class="${Math.floor(
  code.status / 100,
)}">${code.status}</span></h3>
<blockquote lang="${locale}">${escaped(code.example.errorMessage)}</blockquote>
<dl>
<dt>When</dt><dd>${prose(code.when)}</dd>
<dt>What to do</dt><dd>${prose(code.next)}</dd>
</dl>
${code.arguments.length > 0 ? argumentTable(code) : ''}
</article>`;

/** The page of all error codes, with their texts in one of the locales. */
export function renderCodesPage(locale: string): string {
  const groups = codesIn(locale);
  const sections = groups.map(
    ({ title, codes }) => `<section aria-labelledby="${idOf(title)}">
<h2 id="${idOf(title)}">${escaped(title)}</h2>
${codes.map((code) => entry(code, locale)).join('\n')}
</section>`,
  );
  return layout({
    title: 'Error codes',
    main: [introduction, languages(locale), contents(groups), ...sections].join('\n'),
  });
}
