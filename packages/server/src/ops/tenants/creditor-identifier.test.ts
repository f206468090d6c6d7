import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { MandateScheme } from '@onfile/card/mandate';
import { isCreditorIdentifier } from './creditor-identifier.ts';

const good: [MandateScheme, string][] = [
  ['SEPA_CORE', 'DE98ZZZ09999999999'],
  ['SEPA_CORE', 'NL08ZZZ502057730000'],
  ['BACS', '123456'],
  ['ACH_WEB', '1'],
  ['ACH_WEB', '1234567890'],
  ['CH_DD', 'CHDD1'],
  ['LSV', 'ABC1W'],
];

const bad: [MandateScheme, string][] = [
  ['SEPA_CORE', ''],
  ['SEPA_CORE', 'DE97ZZZ09999999999'],
  ['SEPA_CORE', 'DE98 ZZZ0 9999 9999 99'],
  ['SEPA_CORE', 'de98zzz09999999999'],
  ['BACS', '12345'],
  ['BACS', '1234567'],
  ['BACS', '12345A'],
  ['BACS', '123456\n'],
  ['ACH_WEB', ''],
  ['ACH_WEB', '12345678901'],
  ['ACH_WEB', '12-3456789'],
  ['CH_DD', ''],
  ['CH_DD', 'A'.repeat(36)],
  ['LSV', 'AB 1'],
];

it('a tenant collects under an identifier that the scheme could have given out', () => {
  for (const [scheme, identifier] of good) assert.ok(isCreditorIdentifier(scheme, identifier), identifier);
  for (const [scheme, identifier] of bad) assert.ok(!isCreditorIdentifier(scheme, identifier), identifier);
});
