import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CalculationFaultCode } from '../../contract/calculation-fault.ts';
import { presentRecord, type SealedContent } from './content.ts';

const at = new Date('2026-01-31T12:00:00Z');
const row: Parameters<typeof presentRecord>[0] = {
  id: 'record',
  sys_version: 1,
  customer_id: 1,
  credit_card_type: 'visa',
  expires: null,
  last_four_digits: '4242',
  payrix_migrated: null,
  sys_created_at: at,
  sys_created_by_id: 'caller',
  sys_deleted_at: null,
  sys_deleted_by_id: null,
  sys_external_id: null,
  sys_last_modified_at: at,
  sys_last_modified_by_id: 'caller',
  sys_last_security_context: {},
  sys_locked: null,
  sys_snapshot_base_version: null,
  type: 'credit card',
  marks: null,
};

function shown(calculationErrors: SealedContent['calculationErrors'], locale = 'de') {
  const content: SealedContent = {
    name: 'Card',
    name_on_account: 'Ada Test',
    merchant_account_tokens: [],
    calculationErrors,
  };
  const record = presentRecord(row, 'contact', content, { tenantId: 'tenant', locale });
  return { errors: record.sys_calculated_field_errors, text: record.sys_calculated_field_error };
}

describe('a record whose fields could not be calculated', () => {
  it('keeps the sentence that it was written with before the languages had one', () => {
    const kept = { field: 'a__c', error: 'It divides by zero.' };
    assert.deepEqual(shown([kept]), { errors: [kept], text: 'a__c: It divides by zero.' });
  });

  it('can be read though a later version of the server wrote why', () => {
    const code = 'made.up.later' as CalculationFaultCode;
    const error = 'Der Ausdruck hat für diesen Datensatz kein Ergebnis.';
    assert.deepEqual(shown([{ field: 'a__c', code }]).errors, [{ field: 'a__c', error }]);
  });

  it('names the field at fault as it is written', () => {
    const { text } = shown([{ field: 'b__c', code: 'input.failed', reads: "{x}'a__c" }], 'pl');
    assert.equal(text, "b__c: Obliczenie odczytuje pole {x}'a__c, którego obliczenie się nie powiodło.");
  });

  it('says nothing when all could be', () => {
    assert.deepEqual(shown(undefined), { errors: undefined, text: undefined });
  });
});
