import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogs, english } from './catalogs.ts';

/** Whole words; `\b` knows the letters of English only. */
const words = (list: string, flags = 'iu'): RegExp => new RegExp(`(?<!\\p{L})(?:${list})(?!\\p{L})`, flags);

/** English wherever it stands: names of schemes and forms, and what is sent and answered in these letters. */
const names =
  /direct debits?(?: guarantee)?|building society|service user number|company id|sort code|routing[ -]number|idempotency-key|if-match|dry-run|allow-token-removal|skip-events|override-lock|accept_broken_values=true|https|true|false/giu;

const englishWords = words(
  'the|and|is|are|was|this|that|these|please|card|customer|account|payment|number|value|field|file|not|found|has|have|with|from|your|you|again|try|check|send|request|record|change|wrong|missing|already',
  'giu',
);

/** Words of the language that are written like one of those. */
const ownWords: Readonly<Record<string, RegExp>> = {
  fr: /^change$/i,
  hu: /^is$/i,
  it: /^(?:account|file|record)$/i,
  nb: /^send$/i,
  nl: /^(?:account|is|record|was)$/i,
  ro: /^(?:are|card)$/i,
  sv: /^check$/i,
  tr: /^TRY$/,
};

/** Pairs that the language quotes by, and the spaces that French sets inside them. */
const quotes: Readonly<Record<string, RegExp>> = {
  cs: /„[^“]*“/g,
  de: /„[^“]*“/g,
  'de-CH': /«[^»]*»/g,
  'de-LI': /«[^»]*»/g,
  es: /«[^»]*»/g,
  fr: /«[\u00a0\u202f][^»]*[\u00a0\u202f]»/g,
  hu: /„[^”]*”/g,
  it: /«[^»]*»/g,
  nb: /«[^»]*»/g,
  nl: /‘[^’]*’/g,
  pl: /„[^”]*”/g,
  ro: /„[^”]*”/g,
  ru: /«[^»]*»/g,
  sl: /»[^«]*«/g,
  sv: /”[^”]*”/g,
  tr: /“[^”]*”/g,
};

/** How nobody is addressed: the other form of address, or another way of asking, than the catalog's own. */
const otherAddress: Readonly<Record<string, RegExp>> = {
  cs: words('ty|tě|tebe|tvůj|tvoje|zkus|oprav'),
  de: words('[dD]u|dich|dir|dein\\p{L}*|\\p{L}+en Sie|Ihnen|Ihr\\p{L}*|Bitte den Kunden um', 'u'),
  es: words('tú|tus|ti|puedes|inténtalo|usa|revisa'),
  fr: words('tu|toi|tes|réessaie'),
  hu: words('te|neked|próbáld|ellenőrizd'),
  it: words('tuo|tua|tuoi|tue|riprova|riprovi|invii|controlli|usi|si rivolga'),
  nb: words('Dem|Deres', 'u'),
  nl: words('je|jij|jouw|jou'),
  pl: words('Należy|Proszę|Pan|Pani|Państwo', 'u'),
  ro: words('tu|tău|încearcă|verifică'),
  ru: words('ты|тебя|твой|твоя|попробуй|проверь'),
  sl: words('tvoj|tvoja|poskusi|preveri'),
  sv: words('ni|er|ert|era'),
  tr: words('sen|senin|deneyiniz|ediniz'),
};

/** What a sentence of an error is: parts with a verb, each ended by a full stop or a semicolon. */
const partsOf = (text: string): string[] => text.split(/[.;:?!](?=\s|$)/u).filter((part) => /\p{L}/u.test(part));

for (const [locale, catalog] of catalogs) {
  const language = locale.slice(0, 2);
  const texts = Object.entries(catalog);
  const errors = texts.filter(([key]) => key.startsWith('errormessage.'));
  const spoken = texts.filter(([key]) => !key.startsWith('mandate.'));

  describe(`the words of the ${locale} catalog`, () => {
    it('say what happened, and what to do or why', () => {
      for (const [key, text] of errors) assert.ok(partsOf(text).length >= 2, `${key}: ${text}`);
    });

    it('have the quotation marks of the language', () => {
      for (const [key, text] of texts) {
        const rest = text.replaceAll(quotes[locale] ?? quotes[language] ?? /$^/g, '').replaceAll(/(?<=\p{L})’/gu, '');
        assert.doesNotMatch(rest, language === 'en' ? /[“”«»„‘’"]/ : /[“”«»„‘’"']/, key);
      }
    });

    it('address whoever reads them in one way', () => {
      for (const [key, text] of spoken) assert.doesNotMatch(text, otherAddress[language] ?? words('thou|thee'), key);
    });

    if (language === 'en') return;

    it('are none of English', () => {
      for (const [key, text] of texts) {
        const plain = text.replaceAll(/\{\w+(?:, (?:plural|select),)?|\}/g, ' ').replaceAll(names, ' ');
        const found = (plain.match(englishWords) ?? []).filter((word) => !ownWords[language]?.test(word));
        assert.deepEqual(found, [], `${key}: ${text}`);
      }
    });

    it('call an id by one word', () => {
      for (const [key, text] of spoken.filter(([name]) => name.startsWith('errormessage.')))
        if (!['nb', 'nl', 'sv'].includes(language)) assert.doesNotMatch(text, /(?<![\p{L}-])id(?!\p{L})/iu, key);
    });
  });
}

describe('English', () => {
  const british = /\b(?:authoris\w*|cancelled|cheques?|chequing|colour|centre|favour)\b/i;
  const american = /\b(?:authoriz\w*|canceled|a check|color|center|favor)\b/i;
  const textsOf = (locale: string): string => Object.values(catalogs.get(locale) ?? {}).join('\n');

  it('is British where no country is named, and in Britain', () => {
    for (const locale of ['en', 'en-GB', 'en-AU']) {
      const texts = textsOf(locale === 'en-AU' ? 'en' : locale);
      assert.doesNotMatch(texts, american, locale);
      assert.match(texts, british, locale);
    }
    assert.equal(textsOf('en'), Object.values(english).join('\n'));
  });

  it('is American in the United States', () => {
    assert.doesNotMatch(textsOf('en-US'), british);
    assert.match(textsOf('en-US'), american);
  });

  it('is in Canada as Canadians write it: authorize, cancelled, cheque', () => {
    assert.doesNotMatch(textsOf('en-CA'), /\bauthoris|\bcanceled\b|\ba check\b/i);
    for (const word of [/\bauthorize\b/, /\bcancelled\b/, /\bcheque\b/]) assert.match(textsOf('en-CA'), word);
  });
});
