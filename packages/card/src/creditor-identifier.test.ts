import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseCreditorIdentifier } from './creditor-identifier.ts';

suite('a creditor identifier', () => {
  const published =
    'DE98ZZZ09999999999 AT61ZZZ01234567890 BE68ZZZ0123456789 CH51ZZZ12345678901 ES23ZZZ47690558N FR72ZZZ123456 ' +
    'IE84ZZZ123456 IT66ZZZA1B2C3D4E5F6G7H8';
  for (const identifier of published.split(' ')) {
    test(`${identifier} is one`, () => assert.equal(parseCreditorIdentifier(identifier).value?.electronic, identifier));
  }

  test('is read with its parts, in any grouping and case', () => {
    assert.deepEqual(parseCreditorIdentifier(' es 23 zzz 47690558n '), {
      value: { country: 'ES', businessCode: 'ZZZ', nationalIdentifier: '47690558N', electronic: 'ES23ZZZ47690558N' },
    });
  });

  test('stays right with another business code', () => {
    assert.equal(parseCreditorIdentifier('ES2300047690558N').value?.businessCode, '000');
    assert.equal(parseCreditorIdentifier('DE98ABC09999999999').value?.businessCode, 'ABC');
  });

  const faults = {
    characters: ['', 'DE98ZZZ0999999999_'],
    length: ['DE98ZZZ', `DE98ZZZ${'0'.repeat(29)}`],
    structure: ['D198ZZZ09999999999', 'DEA8ZZZ09999999999', '98DEZZZ09999999999'],
    check: ['DE97ZZZ09999999999', 'DE98ZZZ09999999998', 'AT98ZZZ09999999999'],
  };
  for (const [fault, texts] of Object.entries(faults)) {
    for (const text of texts) {
      test(`${JSON.stringify(text)} is wrong by its ${fault}`, () =>
        assert.deepEqual(parseCreditorIdentifier(text), { fault }));
    }
  }
});
