import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { mandateSchemes } from '@onfile/card/mandate';
import de from '../../locales/de.json' with { type: 'json' };
import en from '../../locales/en.json' with { type: 'json' };
import { mandateText, mandateTextLocale, mandateTextVersion } from './mandate-texts.ts';

const catalogs: Record<string, Record<string, string>> = { de, en };
const creditor = { creditorName: 'Gym & Söhne {AG}', creditorIdentifier: 'ID42' };

/** A version is for good: customers agreed to these texts. When one changes, raise the version and pin the new ones. */
const pinned: Record<string, Record<string, string>> = {
  '2026-11': {
    de: '6e44637572ad1431b54b3e318ad996dc9ee16023f810df7d7543c275aa4917b8',
    en: '57124477904c8aa30de142d6fe30ab374948a8233fd987329ae763056aadca74',
  },
};

describe('the text of a mandate', () => {
  it('never changes within a version, in any language', () => {
    const hashes = Object.fromEntries(
      Object.entries(catalogs).map(([language, catalog]) => {
        const hash = createHash('sha256');
        for (const scheme of mandateSchemes) hash.update(`${catalog[`mandate.${scheme}`]}\n`);
        return [language, hash.digest('hex')];
      }),
    );
    assert.deepEqual(hashes, pinned[mandateTextVersion]);
  });

  for (const language of Object.keys(catalogs)) {
    it(`names the creditor in every scheme (${language})`, () => {
      for (const scheme of mandateSchemes) {
        const text = mandateText(scheme, creditor, language);
        assert.ok(text.includes(creditor.creditorName), scheme);
        assert.match(text, / ID42\)/, scheme);
        assert.match(text, /\.$/);
        const unidentified = mandateText(scheme, { creditorName: 'Gym' }, language);
        assert.doesNotMatch(unidentified, /[{}]|\((?!Direct Debits)|  /, scheme);
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
    assert.equal(mandateText('BACS', creditor, 'fr-LU'), mandateText('BACS', creditor, 'en'));
    assert.equal(mandateTextLocale('BACS', 'fr-LU'), 'en');
    assert.equal(mandateTextLocale('BACS', 'de-CH'), 'de-CH');
  });
});
