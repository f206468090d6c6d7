import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { formatIban, ibanLastFour, parseIban } from './iban.ts';
import { ibanCountries, isSepaCountry } from './iban-countries.ts';

// The SWIFT IBAN registry's example of each country (release 103), and Brazil's of the releases before.
const published = (
  'AD1200012030200359100100 AE070331234567890123456 AL47212110090000000235698741 AT611904300234573201 ' +
  'AZ21NABZ00000000137010001944 BA391290079401028494 BE68539007547034 BG80BNBG96611020345678 ' +
  'BH67BMAG00001299123456 BI4210000100010000332045181 BR6699999A03000010009795493C1 BR1800360305000010009795493C1 ' +
  'BY13NBRB3600900000002Z00AB00 CH9300762011623852957 CR05015202001026284066 CY17002001280000001200527600 ' +
  'CZ6508000000192000145399 DE89370400440532013000 DJ2100010000000154000100186 DK5000400440116243 ' +
  'DO28BAGR00000001212453611324 EE382200221020145685 EG380019000500000000263180002 ES9121000418450200051332 ' +
  'FI2112345600000785 FK88SC123456789012 FO6264600001631634 FR1420041010050500013M02606 GB29NWBK60161331926819 ' +
  'GE29NB0000000101904917 GI75NWBK000000007099453 GL8964710001000206 GR1601101250000000012300695 ' +
  'GT82TRAJ01020000001210029690 HN88CABF00000000000250005469 HR1210010051863000160 HU42117730161111101800000000 ' +
  'IE29AIBK93115212345678 IL620108000000099999999 IQ98NBIQ850123456789012 IS140159260076545510730339 ' +
  'IT60X0542811101000000123456 JO94CBJO0010000000000131000302 KW81CBKU0000000000001234560101 KZ86125KZT5004100100 ' +
  'LB62099900000001001901229114 LC55HEMM000100010012001200023015 LI21088100002324013AA LT121000011101001000 ' +
  'LU280019400644750000 LV80BANK0000435195001 LY83002048000020100120361 MC5811222000010123456789030 ' +
  'MD24AG000225100013104168 ME25505000012345678951 MK07250120000058984 MN121234123456789123 ' +
  'MR1300020001010000123456753 MT84MALT011000012345MTLCAST001S MU17BOMM0101101030300200000MUR ' +
  'NI45BAPR00000013000003558124 NL91ABNA0417164300 NO9386011117947 OM810180000001299123456 ' +
  'PK36SCBL0000001123456702 PL61109010140000071219812874 PS92PALS000000000400123456702 PT50000201231234567890154 ' +
  'QA58DOHB00001234567890ABCDEFG RO49AAAA1B31007593840000 RS35260005601001611379 RU0304452522540817810538091310419 ' +
  'SA0380000000608010167519 SC18SSCB11010000000000001497USD SD2129010501234001 SE4550000000058398257466 ' +
  'SI56263300012039086 SK3112000000198742637541 SM86U0322509800000000270100 SO211000001001000100141 ' +
  'ST23000100010051845310146 SV62CENR00000000000000700025 TL380080012345678910157 TN5910006035183598478831 ' +
  'TR330006100519786457841326 UA213223130000026007233566001 VA59001123000012345678 VG96VPVG0000012345678901 ' +
  'XK051212012345678906 YE15CBYE0001018861234567891234'
).split(' ');

suite("the SWIFT registry's example", () => {
  for (const iban of published) {
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
    const withExample = new Set(published.map((iban) => iban.slice(0, 2)));
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
  const iban = fc.constantFrom(...published);

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
