import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { argumentTypes, argumentValues } from '../src/contract/error-argument.ts';
import { errorArguments } from '../src/error-code-arguments.ts';
import { type ErrorCode, errorStatuses } from '../src/error-codes.ts';
import { OnfileError } from '../src/errors.ts';
import { formatError } from '../src/locales/catalog.ts';
import { locales } from '../src/locales/negotiate.ts';
import { type Shell, startShell } from './harness/http-shell.ts';

const codes = Object.keys(errorStatuses).toSorted();
const types = [...argumentTypes].toSorted();

const readGuide = () => readFile(join(import.meta.dirname, '../../../docs/guides/errors.md'), 'utf8');

let shell: Shell;

before(async () => {
  shell = await startShell();
});
after(() => shell.app.close());

async function page(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(shell.base + path, { headers });
  return { status: response.status, headers: response.headers, html: await response.text() };
}

/** The ids of a page's places, each of which a link can lead to. */
const idsOf = (html: string): string[] => [...html.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id);

describe('the page of error codes', () => {
  it('has each code once, under an anchor that stays, with its status, when, what to do and its arguments', async () => {
    const { status, html } = await page('/docs/errors');
    assert.equal(status, 200);
    const articles = html.split('<article ').slice(1);
    assert.deepEqual(
      idsOf(html)
        .filter((id) => id.startsWith('errormessage.'))
        .toSorted(),
      codes,
    );
    assert.equal(articles.length, codes.length);
    for (const article of articles) {
      const [, code = ''] = /^id="([^"]+)"/.exec(article) ?? [];
      assert.match(article, new RegExp(`>${errorStatuses[code as keyof typeof errorStatuses]}</span>`), code);
      assert.match(article, /<dt>When<\/dt><dd>\S.{10,}\.<\/dd>/, code);
      assert.match(article, /<dt>What to do<\/dt><dd>\S.{4,}\.<\/dd>/, code);
      const shown = [...article.matchAll(/arguments#(\w+)"/g)].map(([, type]) => type);
      assert.deepEqual(shown, [...errorArguments[code as keyof typeof errorArguments]], code);
    }
  });

  it('shows the texts in the language asked for, by the query before the header, and English for none', async () => {
    const german = /Die Zahlungsart|Zahlungsart|Kartennummer/;
    assert.match((await page('/docs/errors?language=de')).html, german);
    assert.match((await page('/docs/errors', { 'accept-language': 'de-AT, en;q=0.5' })).html, german);
    const english = /<blockquote lang="en">Too many requests\. Try again in 42 seconds\.<\/blockquote>/;
    assert.match((await page('/docs/errors?language=en', { 'accept-language': 'de' })).html, english);
    for (const asked of ['*', 'xx', 'not a language!', '']) {
      assert.match((await page('/docs/errors', { 'accept-language': asked })).html, english, asked);
    }
    assert.match((await page('/docs/errors?language=fr-LU')).html, /<blockquote lang="fr-LU">/);
  });

  it('leads to itself in every language, and says which one it is in', async () => {
    const { html } = await page('/docs/errors?language=sl');
    for (const locale of locales) assert.ok(html.includes(`href="/docs/errors?language=${locale}"`), locale);
    assert.match(html, /<a href="\/docs\/errors\?language=sl"[^>]* aria-current="true">slovenščina</);
    assert.equal(html.match(/aria-current/g)?.length, 1);
  });

  it('refuses a language that there is not, naming those that there are', async () => {
    for (const language of ['xx', 'DE', '<script>', '']) {
      const { status, html } = await page(`/docs/errors?language=${encodeURIComponent(language)}`);
      const { reference, errorCode } = JSON.parse(html);
      assert.deepEqual([status, reference], [400, 'language'], language);
      assert.match(errorCode, /^errormessage\.validation\./);
    }
    assert.equal((await page('/docs/errors?lang=de')).status, 400);
  });
});

describe('the page of typed arguments', () => {
  it('has each type once, with each field of its value and an example in every language', async () => {
    const { html } = await page('/docs/errors/arguments');
    const articles = html.split('<article ').slice(1);
    const typeOf = (article: string): string => /^id="(\w+)"/.exec(article)?.[1] ?? '';
    assert.deepEqual(articles.map(typeOf).toSorted(), types);
    for (const article of articles) {
      const type = typeOf(article);
      for (const name of Object.keys(argumentValues[type as keyof typeof argumentValues].properties)) {
        assert.match(article, new RegExp(`<th scope="row"><code>${name}</code></th>`), type);
      }
      for (const locale of locales) assert.match(article, new RegExp(`<td lang="${locale}">\\S`), `${type} ${locale}`);
    }
  });
});

describe('every page of the reference', () => {
  const paths = ['/docs/errors', '/docs/errors/arguments'];

  it('needs no script and nothing from elsewhere, and no page may frame it', async () => {
    for (const path of paths) {
      const { headers, html } = await page(path);
      assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
      const policy = headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /script|unsafe/);
      assert.doesNotMatch(html, /<script|<style| style=|https?:\/\/|\son\w+=/);
    }
  });

  it('has only links that lead somewhere', async () => {
    for (const path of paths) {
      const { html } = await page(path);
      for (const [, href = ''] of html.matchAll(/href="([^"]+)"/g)) {
        const [file, place] = href.split('#');
        if (place === undefined) assert.equal((await fetch(shell.base + file)).status, 200, href);
        else assert.ok(idsOf(file === '' ? html : (await page(file ?? '')).html).includes(place), href);
      }
    }
  });

  it('is reached from the introduction of the OpenAPI document, which shows each argument’s shape', async () => {
    const document = JSON.parse((await page('/openapi.json')).html);
    assert.match(document.info.description, /\]\(\/docs\/errors\)/);
    const { typedArgs, errors } = document.components.schemas.ErrorBody.properties;
    for (const { items } of [typedArgs, errors.items.properties.typedArgs]) {
      assert.deepEqual(items.properties.type.enum.toSorted(), types);
      assert.deepEqual(items.allOf[0].oneOf.map((shape: any) => shape.properties.type.const).toSorted(), types);
    }
  });
});

describe('the reference as JSON', () => {
  it('has every code with an example of its body, in the language asked for', async () => {
    const { headers, html } = await page('/docs/errors.json?language=de');
    const { locale, errors, argumentTypes: described } = JSON.parse(html);
    assert.deepEqual([locale, headers.get('content-language')], ['de', 'de']);
    assert.deepEqual(errors.map(({ errorCode }: any) => errorCode).toSorted(), codes);
    assert.deepEqual(described.map(({ type }: any) => type).toSorted(), types);
    for (const { errorCode, status, example, arguments: given } of errors) {
      assert.equal(status, errorStatuses[errorCode as keyof typeof errorStatuses]);
      assert.deepEqual(
        example.typedArgs.map(({ type }: any) => type),
        given,
      );
      assert.equal(example.args.length, given.length, errorCode);
    }
  });
});

describe('the guide to errors', () => {
  it('shows an error as it is', async () => {
    const [, json = ''] = /```json\n([^`]+)```/.exec(await readGuide()) ?? [];
    const { errorMessage, errorCode, args, typedArgs } = JSON.parse(json);
    const { locale: _, ...told } = formatError(new OnfileError<ErrorCode>(errorCode, { args: typedArgs }), {
      locale: 'en',
      timeZone: 'UTC',
    });
    assert.deepEqual({ errorMessage, args, typedArgs }, told);
  });

  it('lists the types of arguments with the fields of their values', async () => {
    const rows = [...(await readGuide()).matchAll(/^\| `([A-Z\d_]+)` \| ([^|]+) \|/gm)];
    assert.deepEqual(
      rows.map(([, type, fields = '']) => [type, [...fields.matchAll(/`(\w+)`/g)].map(([, name]) => name)]),
      argumentTypes.map((type) => [type, Object.keys(argumentValues[type].properties)]),
    );
  });
});
