import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { languageOf, loadTexts } from './languages.ts';
import type { TextKey } from './text-key.ts';

type Content = Readonly<Record<string, string>>;

const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.json'));
const contents = new Map<string, Content>(
  files.map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'))]),
);
const textsOf = (tag: string): Content => contents.get(tag) ?? assert.fail(`there is no ${tag}.json`);

const languages = ['cs', 'de', 'en', 'es', 'fr', 'hu', 'it', 'nb', 'nl', 'pl', 'ro', 'ru', 'sl', 'sv', 'tr'];
const variants = ['de-CH', 'de-LI', 'en-CA', 'en-GB', 'en-US', 'fr-LU'];
const translations = languages.filter((language) => language !== 'en');
const english = textsOf('en');

/** Brands, and terms that are the same word in many languages. */
const sameEverywhere = new Set([
  'upc.iban',
  'upc.method.bancontact',
  'upc.method.ideal',
  'upc.method.paypal',
  'upc.method.twint',
]);

const buttons: readonly TextKey[] = [
  'upc.account.continue',
  'upc.cancel',
  'upc.card.save',
  'upc.method.use',
  'upc.pay',
  'upc.redirect.continue',
  'upc.redirect.open',
  'upc.retry',
  'upc.review.change',
  'upc.review.confirm',
  'upc.saved.use',
  'upc.session.extend',
  'upc.signature.clear',
  'upc.signature.draw',
  'upc.signature.type',
  'upc.submitting',
];
/** What fits on one line at 320 px. */
const longestButton = 40;

const placeholdersOf = (text = ''): string[] => (text.match(/\{\w*\}/g) ?? []).toSorted();

const buttonLabels = (texts: Content): string[] =>
  buttons.map((key) =>
    (texts[key] ?? '')
      .replace('{method}', texts['upc.method.bank.transfer'] ?? '')
      .replace('{amount}', new Intl.NumberFormat('de', { style: 'currency', currency: 'EUR' }).format(1234.56)),
  );

describe('the component’s texts', () => {
  it('are there for every language and variant of the API, and for no other', () => {
    assert.deepEqual([...contents.keys()].toSorted(), [...languages, ...variants].toSorted());
  });

  for (const language of translations) {
    const texts = textsOf(language);

    it(`say in ${language} all that they say in English, in the same order`, () => {
      assert.deepEqual(Object.keys(texts), Object.keys(english));
    });

    it(`leave nothing in English in ${language}`, () => {
      const left = Object.keys(texts).filter((key) => texts[key] === english[key] && !sameEverywhere.has(key));
      assert.deepEqual(left, []);
    });
  }

  it('fill in the same values as in English', () => {
    for (const [tag, texts] of contents)
      for (const [key, text] of Object.entries(texts))
        assert.deepEqual(placeholdersOf(text), placeholdersOf(english[key]), `${tag} ${key}`);
  });

  it('are never empty, and have no space at an end or twice in a row', () => {
    for (const [tag, texts] of contents)
      for (const [key, text] of Object.entries(texts)) assert.match(text, /^\S+(?:\s\S+)*$/, `${tag} ${key}`);
  });

  it('end in a full stop where the English ones do', () => {
    for (const [tag, texts] of contents)
      for (const [key, text] of Object.entries(texts))
        assert.equal(text.endsWith('.'), english[key]?.endsWith('.'), `${tag} ${key}: ${text}`);
  });

  it('use the apostrophes and spaces of the language', () => {
    for (const [tag, texts] of contents)
      for (const [key, text] of Object.entries(texts)) {
        if (languageOf(tag) !== 'en') assert.doesNotMatch(text, /['"]/, `${tag} ${key}`);
        if (languageOf(tag) === 'fr') assert.doesNotMatch(text, / [?!:;]|\w[?!:;]/, `${tag} ${key}`);
      }
  });

  it('fit on a button', async (context) => {
    for (const tag of contents.keys()) {
      const [longest = ''] = buttonLabels(await loadTexts(tag)).toSorted((a, b) => b.length - a.length);
      context.diagnostic(`${tag}: ${longest}`);
      assert.ok(longest.length <= longestButton, `${tag}: ${longest}`);
    }
  });
});

describe('a variant of a language', () => {
  for (const variant of variants) {
    it(`says in ${variant} only what differs`, () => {
      const base = textsOf(languageOf(variant));
      const needless = Object.entries(textsOf(variant)).filter(([key, text]) => !(key in base) || base[key] === text);
      assert.deepEqual(needless, []);
    });
  }

  it('is shown over the texts of its language, however its tag is written', async () => {
    const [swiss, german] = await Promise.all([loadTexts('de-ch'), loadTexts('de')]);
    assert.equal(swiss['upc.method.bacs'], 'Lastschrift (Grossbritannien)');
    assert.equal(swiss['upc.card.number'], german['upc.card.number']);
  });

  it('has no ß in Switzerland and Liechtenstein', async () => {
    for (const tag of ['de-CH', 'de-LI'])
      for (const [key, text] of Object.entries(await loadTexts(tag))) assert.doesNotMatch(text, /ß/, `${tag} ${key}`);
  });

  it('that is not known is its language, and a language that is not known is English', async () => {
    assert.deepEqual(await loadTexts('fr-CA'), textsOf('fr'));
    assert.deepEqual(await loadTexts('ja-JP'), english);
  });
});
