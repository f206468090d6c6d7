import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseIban } from './iban.ts';
import { isSwissIban, swissAccount } from './swiss-iban.ts';

const read = (text: string) => {
  const { value } = parseIban(text);
  assert.ok(value, text);
  return value;
};

suite('a Swiss or Liechtenstein IBAN', () => {
  test('names its bank and account', () => {
    const account = { institution: '00762', account: '011623852957', qr: false };
    assert.deepEqual(swissAccount(read('CH93 0076 2011 6238 5295 7')), account);
    assert.deepEqual(swissAccount(read('LI21 0881 0000 2324 013A A')), {
      institution: '08810',
      account: '0002324013AA',
      qr: false,
    });
  });

  test('is a QR-IBAN from institution 30000 to 31999', () => {
    assert.equal(swissAccount(read('CH44 3199 9123 0008 8901 2'))?.qr, true);
    const qr = (institution: string) =>
      swissAccount({ country: 'CH', checkDigits: '', bban: `${institution}000000000000`, electronic: '' })?.qr;
    assert.deepEqual(['29999', '30000', '31999', '32000', '00030'].map(qr), [false, true, true, false, false]);
  });

  test('is no other country’s', () => {
    assert.equal(isSwissIban(read('DE89370400440532013000')), false);
    assert.equal(swissAccount(read('AT611904300234573201')), undefined);
    assert.equal(isSwissIban(read('LI21088100002324013AA')), true);
  });
});
