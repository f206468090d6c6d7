import * as fc from 'fast-check';
import type { PatchOperation } from './patched.ts';
import { expiries } from './record-body.ts';
import type { Json } from './state.ts';
import type { BodyChange } from './steps.ts';

export const oneOf = <const Value>(...values: Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

/** One time in `n` a value, otherwise the ordinary one. */
export const seldom = <Value, Otherwise>(n: number, value: fc.Arbitrary<Value>, otherwise: Otherwise) =>
  fc.oneof({ weight: n - 1, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary: value });

const token = (account: string, value: string): Json => ({ merchant_account_id: account, token: value });
const goodTokens = fc.oneof(
  oneOf('t1', 't2', 't3').map((value) => [token('{shop}', value)]),
  oneOf('t4', 't5').map((value) => [token('{shop}', value), token('{second}', `${value}b`)]),
);

const size = { custom_field_id: 'size__c', string_value: 'L' };
const colour = { custom_field_id: 'colour__c', boolean_value: true };
const customFields = seldom(12, oneOf<Json[]>([size, size]), null).chain((wrong) =>
  wrong ? fc.constant(wrong) : oneOf<Json[]>([], [size], [size, colour], [colour, size]),
);
const address = oneOf<Json>(
  {},
  { city: 'Bern' },
  { city: 'Bern', country: 'CH' },
  { country: 'CH', city: 'Bern' },
  { city: null, country: 'CH' },
);
const goodExpiry = oneOf(...Object.keys(expiries).filter((text) => expiries[text]));
const names = oneOf('Work card', 'Home card', 'Spare card');
export const holders = oneOf('Ada Test', 'Grace Test');
const digits = oneOf('4242', '4444', '0005');
const externalIds = oneOf('{sequence}-1', '{sequence}-2');

const fields: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  name: names,
  name_on_account: holders,
  expires: goodExpiry,
  billing_address: address,
  custom_field_values: customFields,
  payrix_migrated: fc.boolean(),
  sys_external_id: externalIds,
  sys_locked: oneOf(true, false, false),
  sys_snapshot_base_version: oneOf(1, 7),
  merchant_account_tokens: goodTokens,
};

const usual: fc.Arbitrary<Json> = fc
  .subarray(Object.keys(fields), { maxLength: 4 })
  .chain((names_) => fc.record(Object.fromEntries(names_.map((name) => [name, fields[name] ?? fc.constant(null)]))));

/** What must change together, belongs to the server, or cannot be. */
const unusual: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ last_four_digits: digits, merchant_account_tokens: goodTokens }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: oneOf('credit card', 'electronic check'),
      credit_card_type: oneOf('visa', 'mastercard'),
      last_four_digits: digits,
      merchant_account_tokens: goodTokens,
    }),
  },
  { weight: 1, arbitrary: fc.record({ last_four_digits: digits }) },
  { weight: 4, arbitrary: oneOf('{own}', '{other}').map((contact_id) => ({ contact_id })) },
  { weight: 1, arbitrary: fc.constant({ sys_bulk_load_id: 'made up' }) },
  {
    weight: 3,
    arbitrary: oneOf<Json>(
      { contact_id: 'nobody' },
      { id: 'another' },
      { colour: 'red' },
      { expires: 'soon' },
      { billing_address: { country: 'XX' } },
      { merchant_account_tokens: [token('{shop}', 't6'), token('{shop}', 't7')] },
      { merchant_account_tokens: [token('nowhere', 't8')] },
    ),
  },
);

const optional = [
  'expires',
  'billing_address',
  'custom_field_values',
  'payrix_migrated',
  'sys_external_id',
  'sys_locked',
  'sys_snapshot_base_version',
];
const usualDirective = oneOf('dry-run', 'allow-token-removal', 'allow-token-removal dry-run', 'skip-events');
const directive = seldom(10, oneOf('forget'), null).chain((wrong) => (wrong ? fc.constant(wrong) : usualDirective));

export const bodyChange: fc.Arbitrary<BodyChange> = fc
  .record({
    usual,
    unusual: seldom<Json, Json>(3, unusual, {}),
    leaveOut: seldom<string[], string[]>(3, fc.subarray(optional, { maxLength: 3 }), []),
    lacking: seldom<string[], string[]>(25, fc.constant(['name']), []),
    nulls: seldom<string[], string[]>(4, fc.subarray(optional, { maxLength: 2 }), []),
    directive: seldom(4, directive, undefined),
  })
  .map(({ usual: ordinary, unusual: more, leaveOut, lacking, nulls, directive: word }) => ({
    fields: { ...ordinary, ...more },
    leaveOut: [...leaveOut, ...lacking],
    nulls,
    ...(word === undefined ? {} : { directive: word }),
  }));

const at = (path: string, value: fc.Arbitrary<unknown>, ...ops: PatchOperation['op'][]): fc.Arbitrary<PatchOperation> =>
  fc.record({
    op: ops.length > 0 ? oneOf(...ops) : oneOf<PatchOperation['op']>('add', 'add', 'replace', 'test'),
    path: fc.constant(path),
    value,
  });

const removal = oneOf(
  '/expires',
  '/billing_address',
  '/billing_address/city',
  '/custom_field_values',
  '/custom_field_values/0',
  '/sys_locked',
  '/sys_external_id',
  '/merchant_account_tokens/1',
  '/name',
).map((path): PatchOperation => ({ op: 'remove', path }));

const ordinaryOperation = fc.oneof(
  at('/name', names),
  at('/name_on_account', holders),
  at('/expires', goodExpiry),
  at('/billing_address', address, 'add', 'replace'),
  at('/custom_field_values', customFields),
  at('/sys_locked', oneOf(true, false), 'add'),
  at('/sys_external_id', externalIds),
  at('/merchant_account_tokens/0/token', oneOf('t1', 't2'), 'add', 'replace'),
  at('/contact_id', oneOf('{own}', '{other}'), 'add', 'replace', 'test'),
  at('/sys_version', oneOf(1, 2), 'add', 'test'),
);

/** Some of these name places that only some records have. */
const placedOperation = fc.oneof(
  at('/billing_address', oneOf(null), 'add'),
  at('/billing_address/city', oneOf('Basel')),
  at('/custom_field_values/-', oneOf<Json>(size, colour), 'add'),
  at('/custom_field_values/0', oneOf<Json>(size, colour)),
  at('/custom_field_values/0/string_value', oneOf('S')),
  at('/sys_snapshot_base_version', oneOf(1, null)),
  at('/merchant_account_tokens/-', fc.constant(token('{second}', 't9')), 'add'),
  at('/sys_directive', directive, 'add'),
  at('/last_four_digits', digits),
  at('/expires', oneOf('soon'), 'add'),
  removal,
);

export const patch: fc.Arbitrary<PatchOperation[]> = fc.array(
  fc.oneof({ weight: 2, arbitrary: ordinaryOperation }, { weight: 1, arbitrary: placedOperation }),
  { minLength: 1, maxLength: 3 },
);
