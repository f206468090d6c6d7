import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { swiftExampleIbans } from '../test/published-numbers.ts';
import { formatIban, ibanLastFour, parseIban } from './iban.ts';
import { ibanCountries, isSepaCountry } from './iban-countries.ts';

suite("the SWIFT registry's example", () => {
  for (const iban of swiftExampleIbans) {
    test(`${iban} is an IBAN, in print too`, () => {
      const expected = {
        country: iban.slice(0, 2),
        checkDigits: iban.slice(2, 4),
        bban: iban.slice(4),
        electronic: iban,
      };
      assert.deepEqual(parseIban(iban), { value: expected });
      assert.deepEqual(parseIban(formatIban(iban)), { value: expected });
    });
  }

  test('is there for every country that we know', () => {
    const withExample = new Set(swiftExampleIbans.map((iban) => iban.slice(0, 2)));
    assert.deepEqual([...ibanCountries.keys()].toSorted(), [...withExample].toSorted());
  });
});

suite('an entered IBAN', () => {
  const electronic = 'DE89370400440532013000';
  const spellings = {
    'in groups': 'DE89 3704 0044 0532 0130 00',
    'in lower case': 'de89 3704 0044 0532 0130 00',
    'with no-break spaces, tabs and line ends': '\u00a0DE89\u00a03704\u202f0044\t0532\n0130 00 ',
    'with dashes of any kind': 'DE89-3704\u20110044\u20130532\u22120130-00',
    'with characters that nobody sees': '\ufeffDE89\u200b3704\u00ad00440532013000\u200e',
  };
  for (const [how, text] of Object.entries(spellings)) {
    test(`is read ${how}`, () => assert.equal(parseIban(text).value?.electronic, electronic));
  }

  const faults = {
    characters: [
      '',
      '  ',
      'DE89.3704.0044.0532.0130.00',
      'DE89370400440532013000!',
      'D\u0415' + electronic.slice(2),
      'DE８９370400440532013000',
      'DE٨٩370400440532013000',
      'GIſ5NWBK000000007099453',
      'IBAN: DE89370400440532013000',
    ],
    country: [
      'US89370400440532013000',
      'IBANDE89370400440532013000',
      '89370400440532013000',
      'GF1420041010050500013M02606',
    ],
    length: [
      'D',
      'DE',
      'DE89',
      'DE8937040044053201300',
      'DE893704004405320130000',
      'NO938601111794',
      electronic.repeat(500),
    ],
    structure: ['DEA9370400440532013000', 'DE8937040044053201300O', 'GB291WBK60161331926819', 'NL91ABNA041716430A'],
    check: ['DE88370400440532013000', 'DE98370400440532013000', 'GB29NWBK60161331926818', 'DE89370400440532031000'],
  };
  for (const [fault, texts] of Object.entries(faults)) {
    for (const text of texts) {
      test(`${JSON.stringify(text.slice(0, 40))} is wrong by its ${fault}`, () =>
        assert.deepEqual(parseIban(text), { fault }));
    }
  }
});

/** The places of an IBAN where a digit stands, and after it another when `neighbours`. */
const digitPlaces = (iban: string, neighbours = false): number[] =>
  [...iban.matchAll(neighbours ? /[0-9](?=[0-9])/g : /[0-9]/g)].map(({ index }) => index);

suite('the check digits', () => {
  const iban = fc.constantFrom(...swiftExampleIbans);

  test('catch any one wrong digit', () => {
    fc.assert(
      fc.property(iban, fc.nat(33), fc.integer({ min: 1, max: 9 }), (right, at, change) => {
        const places = digitPlaces(right);
        const place = places[at % places.length] ?? 0;
        const wrong = right.slice(0, place) + ((Number(right[place]) + change) % 10) + right.slice(place + 1);
        assert.ok(parseIban(wrong).fault, wrong);
      }),
      { numRuns: 5000 },
    );
  });

  test('catch two neighbouring digits in the wrong order', () => {
    fc.assert(
      fc.property(iban, fc.nat(33), (right, at) => {
        const places = digitPlaces(right, true);
        const place = places[at % places.length] ?? 0;
        const wrong = right.slice(0, place) + right[place + 1] + right[place] + right.slice(place + 2);
        assert.equal(parseIban(wrong).fault === undefined, wrong === right, wrong);
      }),
      { numRuns: 5000 },
    );
  });

  test('are one pair of the hundred, from 02 to 98', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{18}$/), (bban) => {
        const pairs = Array.from({ length: 100 }, (_, pair) => String(pair).padStart(2, '0'));
        const right = pairs.filter((pair) => parseIban(`DE${pair}${bban}`).value);
        assert.equal(right.length, 1);
        assert.ok(right.every((pair) => pair >= '02' && pair <= '98'));
      }),
    );
  });
});

test('no text makes the reading fail otherwise than by a fault', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { value, fault } = parseIban(text);
      assert.equal(value === undefined, fault !== undefined);
    }),
  );
});

test('an IBAN is printed in groups of four', () => {
  assert.equal(formatIban('NO9386011117947'), 'NO93 8601 1117 947');
  assert.equal(formatIban('MT84MALT011000012345MTLCAST001S'), 'MT84 MALT 0110 0001 2345 MTLC AST0 01S');
  assert.equal(formatIban('GB29NWBK60161331926819'), 'GB29 NWBK 6016 1331 9268 19');
  assert.equal(formatIban('AT611904300234573201'), 'AT61 1904 3002 3457 3201');
});

test("an IBAN's record shows its last four characters", () => {
  assert.equal(ibanLastFour('DE89370400440532013000'), '3000');
  assert.equal(ibanLastFour('MT84MALT011000012345MTLCAST001S'), '001S');
});

test('SEPA reaches 41 countries and Gibraltar, not all that have IBANs', () => {
  assert.equal([...ibanCountries.keys()].filter(isSepaCountry).length, 42);
  for (const country of ['DE', 'CH', 'GB', 'MC', 'AL', 'RS']) assert.equal(isSepaCountry(country), true, country);
  for (const country of ['TR', 'UA', 'FO', 'GL', 'BA', 'XK', 'US', 'de'])
    assert.equal(isSepaCountry(country), false, country);
});
