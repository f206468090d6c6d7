import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { mandateSchemes } from '@onfile/card/mandate';
import { catalogs } from '../../locales/catalogs.ts';
import { mandateText, mandateTextLocale, mandateTextVersion } from './mandate-texts.ts';

const creditor = { creditorName: 'Gym & Söhne {AG}', creditorIdentifier: 'ID42' };

/** A version is for good: customers agreed to these texts. When one changes, raise the version and pin the new ones. */
const pinned: Record<string, Record<string, string>> = {
  '2026-11': {
    cs: '69bb04de0322ad322310a26d39704fcbfc4d5723ff0d43c8fe7a4f50b578d429',
    de: '6e44637572ad1431b54b3e318ad996dc9ee16023f810df7d7543c275aa4917b8',
    'de-CH': '6e44637572ad1431b54b3e318ad996dc9ee16023f810df7d7543c275aa4917b8',
    'de-LI': '6e44637572ad1431b54b3e318ad996dc9ee16023f810df7d7543c275aa4917b8',
    en: '57124477904c8aa30de142d6fe30ab374948a8233fd987329ae763056aadca74',
    'en-CA': '8237edab45153608501efccfde9cd09a94593f76badfd5723c9b7b81cc3da226',
    'en-GB': '57124477904c8aa30de142d6fe30ab374948a8233fd987329ae763056aadca74',
    'en-US': '8237edab45153608501efccfde9cd09a94593f76badfd5723c9b7b81cc3da226',
    es: '706091823c02efa89cda0b471782892af0e2fb36b38b00d7ed2a14c05e4de2da',
    fr: '5d1eba1b73093475247c15bfc91fa8cf3be3ee9fdab1e41439ae3433ecf2d507',
    'fr-LU': '1ee91d43d27523d79a3f3f669ce2c9508fd39208de03bede6c716c7b35fab1ed',
    hu: '8af82babae1e9093f19a99608c6989a02c1bea125d9a8fb73cb343b08714d445',
    it: '035268c34a09524769861b5f7291635f37311a4efc0640cf166e4d6727a589bb',
    nb: '0c90a8dc0b878c1ff8c50b6ed5f341fd2974f3bbf50183f032ae88afb650a200',
    nl: 'ac52db08f3012fd019fb8f567ce9d4eb88a1ab10ce6143f920911f1bbcabcfc9',
    pl: '6464ee5cd4e70c13372e9d0b95140152a35574f1ba99ed647686712614b4d578',
    ro: '7090fdc7c76cfa9e5ed4e597f4b4a95d588d40b92e00fddb61fd4e410ebf1bfc',
    ru: '43c370b8784fe9593268ab4b14568fd1c7cf51146d6fc118f1d2e49020240e9f',
    sl: 'c8fee1c0e20111dc639518ff09f987762928abefc6522b75ca5b21cacc644e9d',
    sv: 'c5e9bd717f92d59db0f1189c88733a19b440c5a0d58fb729d59680da3d83142e',
    tr: 'acca03962c1f6d59ad0b984c706a789f45c9b13d2706bd9cc896eebe03f322bf',
  },
};

describe('the text of a mandate', () => {
  it('never changes within a version, in any language', () => {
    const hashes = Object.fromEntries(
      [...catalogs].map(([language, catalog]) => {
        const hash = createHash('sha256');
        for (const scheme of mandateSchemes) hash.update(`${catalog[`mandate.${scheme}`]}\n`);
        return [language, hash.digest('hex')];
      }),
    );
    assert.deepEqual(hashes, pinned[mandateTextVersion]);
  });

  for (const language of catalogs.keys()) {
    it(`names the creditor in every scheme (${language})`, () => {
      for (const scheme of mandateSchemes) {
        const text = mandateText(scheme, creditor, language);
        assert.ok(text.includes(creditor.creditorName), scheme);
        assert.match(text, / ID42\)/, scheme);
        assert.match(text, /\.$/);
        const unidentified = mandateText(scheme, { creditorName: 'Gym' }, language);
        assert.doesNotMatch(unidentified, /[{}]|\((?!Direct Debits?\))|  /, scheme);
      }
    });
  }

  it('tells what each scheme requires', () => {
    const said = (scheme: (typeof mandateSchemes)[number]) => mandateText(scheme, creditor, 'en-GB');
    assert.match(said('SEPA_CORE'), /my bank to debit.*eight weeks/);
    assert.match(said('CH_DD'), /until I revoke.*object.*30 days/);
    assert.match(said('LSV'), /until I revoke.*object.*30 days/);
    assert.match(
      said('BACS'),
      /Direct Debit Guarantee.*ten working days.*refunds it to me in full.*cancel at any time/,
    );
    assert.match(said('ACH_WEB'), /withdraw this authorisation at any time.*contact/);
  });

  it('is English where a language has none, and says so', () => {
    assert.equal(mandateText('BACS', creditor, 'ja'), mandateText('BACS', creditor, 'en'));
    assert.equal(mandateTextLocale('BACS', 'ja'), 'en');
    assert.equal(mandateTextLocale('BACS', 'de-CH'), 'de-CH');
  });
});
