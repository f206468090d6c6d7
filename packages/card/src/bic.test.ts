import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { bicFitsIban, parseBic } from './bic.ts';

suite('a BIC', () => {
  test('is read with its parts', () => {
    const branch = { code: 'DEUTDEFF500', country: 'DE', branch: '500', test: false };
    assert.deepEqual(parseBic('DEUTDEFF500'), { value: branch });
    assert.deepEqual(parseBic(' deut de ff 500 '), { value: branch });
    assert.deepEqual(parseBic('NEDSZAJJ'), { value: { code: 'NEDSZAJJ', country: 'ZA', test: false } });
  });

  test('means the head office without a branch and with XXX', () => {
    assert.equal(parseBic('NEDSZAJJXXX').value?.branch, undefined);
    assert.equal(parseBic('COBADEFFXXX').value?.code, 'COBADEFFXXX');
  });

  test('is for tests when its location ends in 0', () => {
    assert.equal(parseBic('DEUTDEF0').value?.test, true);
    assert.equal(parseBic('DEUTDE0F').value?.test, false);
  });

  test('may be of Kosovo, and have digits in the institution as ISO 20022 allows', () => {
    assert.equal(parseBic('NLPRXKPR').value?.country, 'XK');
    assert.equal(parseBic('1234SESS').value?.country, 'SE');
  });

  const faults = {
    characters: ['', ' ', 'DEUT.DEFF', 'DEUTDEFÜ', 'DEUTDЕFF', 'ＤEUTDEFF'],
    length: ['DEUT', 'DEUTDEF', 'DEUTDEFF5', 'DEUTDEFF50', 'DEUTDEFF5000'],
    structure: ['DEUT1EFF', 'DEUTD3FF', 'DEUT49FFXXX'],
    country: ['DEUTXXFF', 'DEUTUKFF', 'DEUTEUFFXXX'],
  };
  for (const [fault, texts] of Object.entries(faults)) {
    for (const text of texts) {
      test(`${JSON.stringify(text)} is wrong by its ${fault}`, () => assert.deepEqual(parseBic(text), { fault }));
    }
  }
});

test('a BIC fits an IBAN of its own country, or of the one that its territory belongs to', () => {
  const fits = (bic: string, iban: string) => bicFitsIban({ country: bic }, { country: iban });
  assert.equal(fits('DE', 'DE'), true);
  assert.equal(fits('PF', 'FR'), true);
  assert.equal(fits('JE', 'GB'), true);
  assert.equal(fits('AX', 'FI'), true);
  assert.equal(fits('FR', 'DE'), false);
  assert.equal(fits('FR', 'PF'), false);
});
