import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import {
  extractBIC,
  getCountrySpecifications,
  isQRIBAN,
  isValidBIC,
  ValidationErrorsIBAN,
  validateIBAN,
} from 'ibantools';
import { parseBic } from '../src/bic.ts';
import { parseIban } from '../src/iban.ts';
import { ibanCountries, isSepaCountry } from '../src/iban-countries.ts';
import { swissAccount } from '../src/swiss-iban.ts';
import { differentialRuns } from './differential-runs.ts';
import { swiftExampleIbans } from './published-numbers.ts';

const library = getCountrySpecifications();

/** The kind of character at each place of a pattern like `^[A-Z]{4}[0-9]{2}$`. */
const kindsOf = (pattern: string): string =>
  [...pattern.matchAll(/\[([^\]]+)\](?:\{(\d+)\})?/g)]
    .map(([, kind, count = '1']) => (kind === '0-9' ? 'n' : kind === 'A-Z' ? 'a' : 'c').repeat(Number(count)))
    .join('');

// Where ibantools 4.5.4 has not followed the registry, or not yet: countries it does not count as members, and structures.
const notMembersThere = ['BI', 'DJ', 'FK', 'HN'];
const otherStructureThere = ['BR', 'BY', 'DO', 'GE', 'IE', 'PK', 'PS', 'TR', 'VG'];
const alike = [...ibanCountries.values()].filter(
  ({ country }) => !notMembersThere.includes(country) && !otherStructureThere.includes(country),
);

/** By arithmetic on the whole number, unlike the code under test: ISO 13616-1, annex A. */
const checkDigits = (country: string, bban: string): string => {
  const digits = `${bban}${country}00`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return String(98n - (BigInt(digits) % 97n)).padStart(2, '0');
};

const rightIban = fc
  .tuple(
    fc.constantFrom(...alike.map(({ country, bban }) => ({ country, kinds: kindsOf(bban.source) }))),
    fc.array(fc.nat(35), { minLength: 30, maxLength: 30 }),
  )
  .map(([{ country, kinds }, picks]) => {
    const bban = picks
      .slice(0, kinds.length)
      .map((pick, place) => characterOf(kinds.charAt(place), pick))
      .join('');
    return country + checkDigits(country, bban) + bban;
  });

const characterOf = (kind: string, pick: number): string => {
  const letter = String.fromCharCode(65 + (pick % 26));
  return kind === 'a' || (kind === 'c' && pick > 9) ? letter : String(pick % 10);
};

const ofLibrary = (iban: string): boolean =>
  validateIBAN(iban).errorCodes.every((code) => code === ValidationErrorsIBAN.WrongAccountBankBranchChecksum);

suite('ibantools agrees', () => {
  test('on the structure of each country, but for those known to differ', () => {
    const differing = [...ibanCountries.values()].filter(
      ({ country, length, bban }) =>
        library[country]?.chars !== length || kindsOf(library[country]?.bban_regexp ?? '') !== kindsOf(bban.source),
    );
    assert.deepEqual(
      differing.map(({ country }) => country),
      otherStructureThere,
    );
    const nonMembers = [...ibanCountries.keys()].filter((country) => !library[country]?.IBANRegistry);
    assert.deepEqual(nonMembers, notMembersThere);
  });

  test('on SEPA, but for the countries that joined in 2025 and 2026', () => {
    const joined = [...ibanCountries.keys()].filter((country) => isSepaCountry(country) !== library[country]?.SEPA);
    assert.deepEqual(joined, ['AL', 'MD', 'ME', 'MK', 'RS']);
  });

  test('on the examples of the SWIFT registry, but for the countries known to differ', () => {
    const known = new Set(alike.map(({ country }) => country));
    for (const iban of swiftExampleIbans.filter((example) => known.has(example.slice(0, 2)))) {
      assert.equal(parseIban(iban).value !== undefined, ofLibrary(iban), iban);
    }
  });

  test('on generated IBANs, national check digits apart', () => {
    fc.assert(
      fc.property(rightIban, (iban) => {
        assert.equal(ofLibrary(iban), true, iban);
        assert.equal(parseIban(iban).value?.electronic, iban);
      }),
      { numRuns: differentialRuns.rightIbans },
    );
  });

  test('on generated IBANs with characters changed, added or left out', () => {
    const character = fc.constantFrom(...'0123456789ABCXYZ'.split(''), '');
    fc.assert(
      fc.property(rightIban, fc.nat(34), character, fc.integer({ min: 0, max: 1 }), (right, place, inserted, gone) => {
        const iban = right.slice(0, place) + inserted + right.slice(place + gone);
        fc.pre(ibanCountries.has(iban.slice(0, 2)));
        // ISO 7064 never gives 00, 01 or 99, which ibantools takes for 97, 98 and 02.
        const impossible = /^..(?:00|01|99)/.test(iban);
        assert.equal(parseIban(iban).value !== undefined, ofLibrary(iban) && !impossible, iban);
      }),
      { numRuns: differentialRuns.changedIbans },
    );
  });

  test('on QR-IBANs', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(?:[0-9]{5}|3[0-3][0-9]{3})[0-9]{12}$/), (bban) => {
        const { value } = parseIban(`CH${checkDigits('CH', bban)}${bban}`);
        assert.ok(value);
        assert.equal(swissAccount(value)?.qr, isQRIBAN(value.electronic));
      }),
      { numRuns: 2000 },
    );
  });

  test('on generated BICs, but for digits in the institution', () => {
    const bic = fc.stringMatching(/^[A-Z]{4}(?:[A-Z]{2}|[0-9A-Z]{2}|DE|FR|US|CH|GB)[0-9A-Z]{2}(?:[0-9A-Z]{3})?[A-Z]?$/);
    fc.assert(
      fc.property(bic, (code) => {
        const { value } = parseBic(code);
        assert.equal(value !== undefined, isValidBIC(code), code);
        if (value) assert.equal(value.test, extractBIC(code).testBIC, code);
      }),
      { numRuns: differentialRuns.bics },
    );
  });
});
