import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { calculateFields } from './calculate.ts';
import { checkCalculation } from './check-calculation.ts';
import { compiledFields } from './compiled.ts';

/** Of the fastest run, for other work of the machine is no matter of the expression. */
const mostMs = 15;
const runs = 8;

const at = new Date(0);
const field = (id: string, definition: Partial<CustomFieldRow['definition']>): CustomFieldRow => ({
  custom_field_id: id,
  definition: { name: id, type: 'string', ...definition },
  version: 1,
  created_at: at,
  modified_at: at,
});

const columns = [
  { id: 'amount', name: 'Amount', type: 'numeric' as const },
  { id: 'text', name: 'Text', type: 'string' as const },
];
const definitions = [
  field('list__c', { type: 'list' }),
  field('few__c', { type: 'list', constraints: { max_items: 100, max_length: 50 } }),
  field('text__c', {}),
  field('short__c', { constraints: { max_length: 200 } }),
  field('number__c', { type: 'numeric' }),
  field('table__c', { type: 'table', constraints: { columns } }),
];

/** As much in each field as the contract takes and the definitions say. */
const largest: StoredPaymentMethod = {
  contact_id: 'c'.repeat(200),
  credit_card_type: 'visa',
  expires: '2034-12-31',
  id: 'i'.repeat(200),
  last_four_digits: '4242',
  merchant_account_tokens: Array.from({ length: 100 }, () => ({ merchant_account_id: 'm'.repeat(200), token: 't' })),
  name: 'n'.repeat(300),
  name_on_account: 'a'.repeat(300),
  sys_created_at: at.toISOString(),
  sys_created_by_id: 'nobody',
  sys_last_modified_at: at.toISOString(),
  sys_last_modified_by_id: 'nobody',
  type: 'credit card',
  custom_field_values: [
    { custom_field_id: 'list__c', list_value: Array.from({ length: 1000 }, (_, n) => (n % 2 ? 'é'.repeat(300) : n)) },
    { custom_field_id: 'few__c', list_value: Array.from({ length: 100 }, () => '𝄞'.repeat(50)) },
    { custom_field_id: 'text__c', string_value: 'a'.repeat(10_000) },
    { custom_field_id: 'short__c', string_value: 'ab'.repeat(100) },
    { custom_field_id: 'number__c', numeric_value: 3.3 },
    {
      custom_field_id: 'table__c',
      table_value: Array.from({ length: 1000 }, (_, n) => ({ amount: n, text: 'b'.repeat(300) })),
    },
  ],
};

/** Each is false, or fails, after all of its work. */
const hostile = [
  'fields.list__c.exists(x, x == "b")',
  'fields.list__c.exists(x, x + "b" == "c")',
  'fields.list__c.exists_one(x, x == "b")',
  'fields.few__c.all(x, fields.few__c.exists(y, x == y + "z"))',
  'fields.few__c.map(x, fields.few__c.map(y, x + y)).size() == 0',
  'fields.few__c.exists(x, x.matches("(x+x+)+y"))',
  'fields.few__c.map(x, x.split("")).size() == 0',
  'fields.few__c.map(x, {"a": x, "b": [x, x]}).size() == 0',
  'fields.table__c.exists(row, row.text == "c")',
  'fields.table__c.exists(row, row.amount < 0.0)',
  'fields.table__c.map(row, row.text).join(",").size() == 0',
  'fields.text__c.matches("(a*)*b")',
  'fields.short__c.matches("(a|b|ab)*c")',
  'record.name.contains(record.name_on_account)',
  'fields.text__c.split("a").size() == 0',
  'fields.text__c.size() == 0',
  '(record.type == "x" ? dyn(fields.list__c) : dyn(fields.text__c)).size() == 0',
  'fields.text__c.lowerAscii() == fields.text__c.upperAscii()',
  'cel.bind(a, fields.list__c + fields.list__c, cel.bind(b, a + a, cel.bind(c, b + b, (c + c).size() == 0)))',
  'cel.bind(a, fields.text__c + fields.text__c, cel.bind(b, a + a, cel.bind(c, b + b, (c + c).size() == 0)))',
  'fields.few__c in [fields.few__c + [1]]',
  '[1, 2, 3, 4, 5, 6, 7, 8].all(a, [1, 2, 3, 4, 5, 6, 7, 8].all(b, [1, 2, 3, 4, 5, 6, 7, 8].all(c, a / 0 == 0)))',
  '(record.sys_external_id == "a" || false)',
  'record.merchant_account_tokens.exists(t, record.merchant_account_tokens.exists(u, t == u))',
];

const isAccepted = (calculation: CustomFieldRow): boolean => {
  try {
    checkCalculation(definitions, calculation);
    return true;
  } catch {
    return false;
  }
};

/** The expression as often behind itself as is accepted; null when once is too often. */
function worst(expression: string): CustomFieldRow | null {
  let accepted: CustomFieldRow | null = null;
  for (let times = 1; ; times *= 2) {
    const calculation = Array.from({ length: times }, () => expression).join(' || ');
    const next = field('x__c', { type: 'boolean', calculation });
    if (!isAccepted(next)) return accepted;
    accepted = next;
  }
}

describe('what an accepted calculation costs on the largest record there can be', () => {
  for (const expression of hostile) {
    it(`is bounded for ${expression}`, () => {
      const calculation = worst(expression);
      if (!calculation) return;
      const all = [...definitions, calculation];
      const compiled = compiledFields(all);
      let fastest = Number.POSITIVE_INFINITY;
      for (let run = 0; run < runs; run++) {
        const began = performance.now();
        calculateFields(all, compiled, largest);
        fastest = Math.min(fastest, performance.now() - began);
      }
      assert.ok(fastest < mostMs, `${fastest} ms`);
    });
  }

  it('counts all of a tenant’s calculations together', () => {
    const calculation = 'fields.list__c.exists(x, x == "b")';
    const one = field('one__c', { type: 'boolean', calculation });
    const two = field('two__c', { type: 'boolean', calculation });
    const three = field('three__c', { type: 'boolean', calculation });
    checkCalculation([...definitions, one], two);
    assert.throws(() => checkCalculation([...definitions, one, two], three), {
      code: 'errormessage.calculation.too.costly',
    });
    checkCalculation([...definitions, one, field('two__c', { ...two.definition, is_active: false })], three);
  });

  it('rises with the sizes that definitions allow: a greatest length makes room', () => {
    const calculation = 'fields.words__c.exists(x, x.matches("^(un)?paid$"))';
    const use = field('use__c', { type: 'boolean', calculation });
    const words = field('words__c', { type: 'list' });
    assert.throws(() => checkCalculation([words], use), { code: 'errormessage.calculation.too.costly' });
    checkCalculation([field('words__c', { type: 'list', constraints: { max_items: 20, max_length: 20 } })], use);
  });

  it('is not paid for a value that is larger than its definition says: what reads it fails', () => {
    const all = [
      field('list__c', { type: 'list', constraints: { max_items: 10 } }),
      field('x__c', { type: 'boolean', calculation: 'fields.list__c.exists(x, x == "b")' }),
    ];
    const { errors } = calculateFields(all, compiledFields(all), largest);
    assert.deepEqual(errors, [{ field: 'x__c', code: 'input.too.large' }]);
  });

  it('never lets a pattern run away, as it does in JavaScript', () => {
    const calculation = 'fields.short__c.matches("^(a|b|ab)*(a|b|ab)*(a|b|ab)*c$")';
    const all = [...definitions, field('x__c', { type: 'boolean', calculation })];
    const began = performance.now();
    const { values } = calculateFields(all, compiledFields(all), largest);
    assert.equal(values.at(-1)?.boolean_value, false);
    assert.ok(performance.now() - began < 1_000);
  });

  it('is refused for an expression that is made to be deep', () => {
    for (const calculation of [
      '('.repeat(1999) + 'true' + ')'.repeat(1999),
      '!'.repeat(3990) + 'true',
      '-'.repeat(3990) + '1',
    ]) {
      assert.throws(() => checkCalculation([], field('x__c', { type: 'boolean', calculation })), {
        code: 'errormessage.calculation.invalid',
      });
    }
  });
});
