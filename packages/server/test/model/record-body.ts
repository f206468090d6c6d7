import { isDeepStrictEqual } from 'node:util';
import { type Refusal, refusal } from './outcome.ts';
import type { Json, Model } from './state.ts';
import { latest } from './state.ts';

const required = [
  'contact_id',
  'credit_card_type',
  'last_four_digits',
  'merchant_account_tokens',
  'name',
  'name_on_account',
  'type',
];
const stamps = ['id', 'sys_created_at', 'sys_created_by_id', 'sys_last_modified_at', 'sys_last_modified_by_id'];

/** The fields that are the caller's and are kept. */
const own = [
  ...required,
  'billing_address',
  'custom_field_values',
  'expires',
  'payrix_migrated',
  'sys_external_id',
  'sys_locked',
  'sys_snapshot_base_version',
];

const serverOwned = ['sys_bulk_load_id', 'sys_deleted_by_id', 'sys_version', 'sys_directive'];

/** What each way to write an expiry is kept as. */
export const expiries: Readonly<Record<string, string | null>> = {
  '2034-12-31': '2034-12-31',
  '12/34': '2034-12-31',
  '2031-02-15': '2031-02-28',
  '02/2031': '2031-02-28',
  '2031-02-28': '2031-02-28',
  '2020-01': '2020-01-31',
  '2020-01-31': '2020-01-31',
  '2035-12-31': '2035-12-31',
  soon: null,
};

const directives = new Set(['dry-run', 'allow-token-removal', 'skip-events']);
export const directivesOf = (body: Json): string[] => (body['sys_directive'] ?? '').split(' ').filter(Boolean);

/** `null` means absent, at every depth. */
export function withoutNulls(value: any): any {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutNulls(field)]));
}

/** What a body is kept as: the caller's fields alone. */
export function contentOf(body: Json): Json {
  const content = Object.fromEntries(own.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]));
  return content['expires'] === undefined ? content : { ...content, expires: expiries[content['expires']] ?? null };
}

/** The refusals of a body by itself, whatever it is about; the contract does not say which of several comes first. */
export function bodyRefusals(body: Json, id?: string): Refusal[] {
  const refusals: Refusal[] = [];
  const add = (code: string, reference: string) => refusals.push(refusal(400, code, { reference }));
  for (const name of [...required, ...(id === undefined ? [] : stamps)]) {
    if (body[name] === undefined) add('validation.required', name);
  }
  const known = new Set([...own, ...stamps, ...serverOwned]);
  for (const name of Object.keys(body)) if (!known.has(name)) add('validation.unknown.field', name);
  if (id !== undefined && body['id'] !== undefined && body['id'] !== id) add('validation.id.mismatch', 'id');
  if (directivesOf(body).some((word) => !directives.has(word))) add('record.directive.unknown', 'sys_directive');
  if (body['expires'] !== undefined && !expiries[body['expires']]) add('validation.format', 'expires');
  if (body['billing_address']?.country === 'XX') add('validation.format', 'billing_address.country');
  customFieldRefusals(body['custom_field_values'] ?? [], add);
  const accounts = (body['merchant_account_tokens'] ?? []).map((token: Json) => token['merchant_account_id']);
  const again = accounts.findIndex((account: string, n: number) => accounts.indexOf(account) < n);
  if (again >= 0) add('validation.duplicate', `merchant_account_tokens[${again}].merchant_account_id`);
  if (body['merchant_account_tokens']?.length === 0) add('validation.length', 'merchant_account_tokens');
  return refusals;
}

function customFieldRefusals(values: Json[], add: (code: string, reference: string) => void): void {
  for (const [n, { custom_field_id: id, ...kinds }] of values.entries()) {
    const path = `custom_field_values[${n}]`;
    if (values.findIndex((value) => value['custom_field_id'] === id) < n) {
      add('validation.duplicate', `${path}.custom_field_id`);
    }
    if (Object.keys(kinds).length !== 1) add('validation.exclusive', path);
  }
}

/** The refusals for what a content names: a contact, merchant accounts, an external id of its own. */
export function referenceRefusals(model: Model, name: string | null, content: Json): Refusal[] {
  const refusals: Refusal[] = [];
  const missing = (reference: string) => refusals.push(refusal(409, 'record.reference.missing', { reference }));
  if (content['contact_id'] === 'nobody') missing('contact_id');
  const tokens: Json[] = content['merchant_account_tokens'] ?? [];
  const unknown = tokens.findIndex((token) => token['merchant_account_id'] === 'nowhere');
  if (unknown >= 0) missing(`merchant_account_tokens[${unknown}].merchant_account_id`);
  return [...refusals, ...externalIdRefusals(model, name, content)];
}

/** An external id is unique among the records that are not deleted. */
export function externalIdRefusals(model: Model, name: string | null, { sys_external_id: id }: Json): Refusal[] {
  const taken = Object.entries(model.records).some(
    ([other, record]) =>
      other !== name && !latest(record).deleted && id !== undefined && latest(record).content['sys_external_id'] === id,
  );
  return taken ? [refusal(409, 'record.external.id.taken', { reference: 'sys_external_id' })] : [];
}

/** The names of the fields in which two contents differ, in the order of the alphabet. */
export const changedFields = (earlier: Json, later: Json): string[] =>
  own.filter((name) => !isDeepStrictEqual(earlier[name], later[name])).toSorted();
