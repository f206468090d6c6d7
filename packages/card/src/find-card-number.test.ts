import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { containsCardNumber } from './find-card-number.ts';

suite('a card number in free text is found', () => {
  const texts = [
    '4111111111111111',
    'card 4111 1111 1111 1111, call me',
    'PAN4111111111111111',
    '4111-1111-1111-1111',
    '4111.1111.1111.1111',
    '4111/1111/1111/1111',
    '4111_1111_1111_1111',
    '4111 - 1111 - 1111 - 1111',
    '4111  1111  1111  1111',
    '4111\n1111\n1111\n1111',
    '4111\u00a01111\u20091111\u30001111',
    '4111\u200b1111\u200d1111\ufeff1111',
    '41\u00ad11 1111 1111 1111',
    '4111\u20111111\u20131111\u22121111',
    '４１１１ １１１１ １１１１ １１１１',
    '٤١١١١١١١١١١١١١١١',
    '४१११ ११११ ११११ ११११',
    '𝟜𝟙𝟙𝟙 𝟙𝟙𝟙𝟙 𝟙𝟙𝟙𝟙 𝟙𝟙𝟙𝟙',
    '4️⃣1️⃣1️⃣1️⃣ 1111 1111 1111',
    '4111 1111 1111 1111 12/27',
    '4111111111111111 123',
    '4111111111111111/12/27/123',
    '12/27 4111 1111 1111 1111',
    'room 7 4111 1111 1111 1111 7',
    '3782 822463 10005',
    '3622 720627 1667',
    '6205 5000 0000 0000 004',
    '+4111111111111111',
    '+378282246310005',
    '+3782 822463 10005',
    '❹➀①⓵ ❶➊①⓵ ❶➀①⓵ ❶➀①⓵',
    '4111,1111,1111,1111',
    '4111:1111:1111:1111',
    '3782,822463,10005',
    '4111-1111:1111,1111',
    'a,b,17,4111,1111,1111,1111,12,2027',
    '"4111";"1111";"1111";"1111"',
    '<input value="4111111111111111">',
    '4111<br>1111<br/>1111<BR />1111',
    '4111<!-- -->1111<wbr>1111<i></i>1111',
    '4111&nbsp;1111&#160;1111&#xa0;1111',
    '&#52;111 1111 1111 1111',
    'n=4111%201111%201111%201111',
    '%34111111111111111 %ff',
    '41111111-1111-1111-0000-000000000000',
    '00000000-0000-0000-4111-111111111111',
    '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1',
  ];
  for (const text of texts) test(JSON.stringify(text), () => assert.equal(containsCardNumber(text), true));

  test('wherever it stands and however spaces and dashes group its digits', () => {
    const separator = fc.constantFrom('', ' ', '-', '\t', '\u2013', '\u00a0', '\u200b', ' - ');
    const numbers = fc.constantFrom('4111111111111111', '378282246310005', '5555555555554444', '6771798021000008');
    const words = fc.stringMatching(/^[a-z,;:!? ]{0,40}$/);
    fc.assert(
      fc.property(
        numbers,
        fc.array(separator, { minLength: 19, maxLength: 19 }),
        words,
        words,
        (number, gaps, a, b) => {
          const spread = number
            .split('')
            .map((digit, place) => (place === 0 ? digit : `${gaps[place]}${digit}`))
            .join('');
          assert.equal(containsCardNumber(`${a}${spread}${b}`), true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

test('what only looks like an IBAN hides no card number', () => {
  assert.equal(containsCardNumber('DE11 4111 1111 1111 1111'), true);
});

suite('no card number is seen in', () => {
  const texts = {
    'an empty text': '',
    'a wrong check digit': '4111 1111 1111 1112',
    'part of a longer number': '94111111111111111',
    'a number of more than 19 digits': '411111111111111100000',
    'a number cut by letters': '4111 1111 x 1111 1111',
    'groups far apart': '4111 1111    1111 1111',
    'an unknown range': '1000000000000008',
    'a phone number': '+49 (0)151 2345-6789',
    'a phone number of a plan that passes Luhn': '+62 821 1234 56786',
    'a phone number with an extension that passes Luhn': '+49 6771 7980210-214',
    'a UUID with a number in its first half': '41111111-1111-4111-811f-111111111111',
    'a GTIN in a range of cards that passes Luhn': '6900000000021',
    'a list of sums': '41.11, 11.11, 11.11, 11.11',
    coordinates: '41.111111, 11.1111111',
    'addresses of networks': '41.111.111.11, 11.11.11.1',
    'part of a longer list of digits': '4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,7',
    'the end of a list of fours': '1200,2027,4111,1111,1111,1111',
    'a timestamp': '2027-03-31T23:59:59.999Z',
    'milliseconds since 1970': '1774915200000',
    'an IBAN with a card number inside': 'pay DE36 4255 5280 6348 3495 80 and thanks',
    'an IBAN in one piece': 'NL91ABNA0417164300',
  };
  for (const [what, text] of Object.entries(texts)) {
    test(what, () => assert.equal(containsCardNumber(text), false));
  }

  test('random UUIDs', () => {
    for (let count = 0; count < 20_000; count += 1) assert.equal(containsCardNumber(randomUUID()), false);
  });
});

suite('a megabyte is searched within two seconds, whatever it holds', () => {
  const mebibyte = 1024 * 1024;
  for (const piece of [
    '4',
    '4 ',
    '41 ',
    '4111 ',
    '4111-1111-1111-111',
    'a-',
    '9'.repeat(19) + ' ',
    '\u0664\u00a0',
    '\ufdfa',
    '4111,',
    '4,',
    '<',
    '<a ',
    '&#5',
    '%34',
    '%',
    '\u00bd',
    '\ufdfa4',
    '5600 0000 0000 00 ',
  ]) {
    test(JSON.stringify(piece), () => {
      const text = piece.repeat(Math.ceil(mebibyte / piece.length)).slice(0, mebibyte);
      const start = process.cpuUsage();
      containsCardNumber(text);
      // Processor time: the clock on the wall also counts what else the machine does.
      assert.ok(process.cpuUsage(start).user < 2_000_000);
    });
  }
});
