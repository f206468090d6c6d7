import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTexts } from './languages.ts';

/** Whole words; `\b` knows the letters of English only. */
const words = (list: string, flags = 'iu'): RegExp => new RegExp(`(?<!\\p{L})(?:${list})(?!\\p{L})`, flags);

/** English wherever it stands: what a British or an American bank calls it. */
const terms = words('direct debit|sort code|routing number|checking|savings|name@example', 'giu');
const englishWords = words(
  'the|and|is|are|this|that|please|card|account|payment|number|enter|your|you|again|try|check|save|bank account|with|from',
  'giu',
);
/** Words of the language that are written like one of those. */
const ownWords: Readonly<Record<string, string>> = { nl: 'is', ro: 'are card', hu: 'is' };

/** How a customer is addressed; the other form would be rude, or strange beside it. */
const otherAddress: Readonly<Record<string, RegExp>> = {
  cs: words('ty|tě|tvůj|tvá|tvé|zkus'),
  de: words('[dD]u|[dD]ich|[dD]ir|[dD]ein\\p{L}*', 'u'),
  es: words('tú|tu|tus|te|puedes|inténtalo'),
  fr: words('tu|toi|ton|ta|tes'),
  hu: words('te|neked|próbáld|ellenőrizd'),
  it: words('tu|tuo|tua|tuoi|tue|puoi'),
  nb: words('Dem|Deres', 'u'),
  nl: words('je|jij|jouw|jou'),
  pl: words('pan|pani|państwo|państwa|proszę'),
  ro: words('tu|tău|tale|încearcă|verifică'),
  ru: words('ты|тебя|твой|твоя|твои|попробуй|проверь'),
  sl: words('ti|tvoj|tvoja|preveri'),
  sv: words('ni|er|ert|era'),
  tr: words('sen|senin|deneyiniz'),
};

for (const [language, other] of Object.entries(otherAddress)) {
  describe(`the component’s words in ${language}`, () => {
    it('are none of English', async () => {
      const own = new Set(ownWords[language]?.split(' '));
      for (const [key, text] of Object.entries(await loadTexts(language))) {
        const found =
          text
            .replaceAll(terms, ' ')
            .replaceAll(/\{\w+\}/g, ' ')
            .match(englishWords) ?? [];
        assert.deepEqual(
          found.filter((word) => !own.has(word.toLowerCase())),
          [],
          `${key}: ${text}`,
        );
      }
    });

    it('address the customer in one way', async () => {
      for (const [key, text] of Object.entries(await loadTexts(language))) assert.doesNotMatch(text, other, key);
    });
  });
}
