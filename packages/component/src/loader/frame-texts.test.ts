import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameTexts } from './frame-texts.ts';

const translations = ['cs', 'de', 'es', 'fr', 'hu', 'it', 'nb', 'nl', 'pl', 'ro', 'ru', 'sl', 'sv', 'tr'];

describe('what is said around the form', () => {
  const english = frameTexts('en');

  it('is in every language of the form, none of it in English', () => {
    const titles = new Set([english.title]);
    for (const language of translations) {
      const { title, unreachable } = frameTexts(language);
      assert.ok(!titles.has(title), `${language}: ${title}`);
      titles.add(title);
      assert.match(unreachable, /^\p{Lu}.+\. .+\.$/u, language);
      assert.notEqual(unreachable, english.unreachable);
    }
  });

  it('is in a variant as in its language, and in English for a language that there are no texts in', () => {
    assert.deepEqual(frameTexts('de-CH'), frameTexts('de'));
    assert.deepEqual(frameTexts('FR-lu'), frameTexts('fr'));
    for (const locale of ['ja', '', 'constructor', '__proto__', 'en-GB']) {
      assert.deepEqual(frameTexts(locale), english, locale);
    }
  });
});
