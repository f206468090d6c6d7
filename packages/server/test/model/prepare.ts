import { instrumentTag } from './account-rules.ts';
import { type PatchOperation, patched } from './patched.ts';
import type { RecordRequest, Request } from './request.ts';
import { type Json, latest, type Model, shown } from './state.ts';
import type { BodyChange, IfMatch, SingleStep, WriteStep } from './steps.ts';

const fromEnd = <Item>(items: readonly Item[], back: number): Item | undefined =>
  items[items.length - 1 - (back % Math.max(items.length, 1))];

/** The name of a record of the sequence; one of nobody's while there is none. */
const recordName = (model: Model, back: number): string => fromEnd(Object.keys(model.records), back) ?? 'nobodys';

function recordTag(model: Model, name: string, ifMatch: IfMatch | undefined): string | undefined {
  const version = model.records[name]?.versions.length ?? 1;
  const tags = { right: `"${version}"`, stale: `"${version - 1}"`, unknown: '"other"', '*': '*' };
  return ifMatch && tags[ifMatch];
}

function accountTag(model: Model, ifMatch: IfMatch | undefined): string | undefined {
  const right = instrumentTag(model);
  const stale = right.replace(/\d+"$/, (version) => `${Number.parseInt(version, 10) - 1}"`);
  return ifMatch && { right, stale, unknown: '"other"', '*': '*' }[ifMatch];
}

function changed(body: Json, { fields, leaveOut, nulls, directive }: BodyChange): Json {
  const next: Json = { ...body, ...fields };
  for (const name of leaveOut) delete next[name];
  for (const name of nulls) next[name] = null;
  return directive === undefined ? next : { ...next, sys_directive: directive };
}

const newRecord: Json = {
  contact_id: '{own}',
  credit_card_type: 'visa',
  last_four_digits: '4242',
  merchant_account_tokens: [{ merchant_account_id: '{shop}', token: 't0' }],
  name: 'Work card',
  name_on_account: 'Ada Test',
  type: 'credit card',
};

/** A write as it is sent when the API knows what the model says. */
export function prepareWrite(model: Model, step: WriteStep): RecordRequest {
  if (step.do === 'create') {
    const { id: _, ...body } = changed(newRecord, step.body);
    return { verb: 'create', body: step.flaw ? { ...body, id: 'mine' } : body };
  }
  const name = recordName(model, step.record);
  const record = model.records[name];
  const tag = recordTag(model, name, step.ifMatch);
  const ifMatch = tag === undefined ? {} : { ifMatch: tag };
  switch (step.do) {
    case 'put': {
      const versions = record?.versions.length ?? 0;
      const base = record ? shown(name, record, Math.max(1, versions - step.behind)) : unknownRecord(name);
      const body = changed(base, step.body);
      if (!step.sysVersion) delete body['sys_version'];
      if (step.modifiedAt === 'later') body['sys_last_modified_at'] = '2099-01-01T00:00:00Z';
      return { verb: 'put', record: name, body, ...ifMatch };
    }
    case 'patch':
      return { verb: 'patch', record: name, patch: testable(model, name, step.patch), ...ifMatch };
    case 'delete':
      return { verb: 'delete', record: name, ...ifMatch };
  }
}

const unknownRecord = (name: string): Json => ({
  ...newRecord,
  id: `{${name}}`,
  sys_created_at: '2026-01-01T00:00:00Z',
  sys_created_by_id: 'me',
  sys_last_modified_at: '2026-01-01T00:00:00Z',
  sys_last_modified_by_id: 'me',
});

/** Half of the tests ask for what is there, or they would nearly all fail. */
function testable(model: Model, name: string, patch: readonly PatchOperation[]): PatchOperation[] {
  const record = model.records[name];
  if (!record) return [...patch];
  return patch.map((operation, n) => {
    if (operation.op !== 'test' || n % 2 === 1) return operation;
    const before = patched(shown(name, record), patch.slice(0, n));
    const document = 'document' in before ? before.document : {};
    const steps = operation.path.split('/').slice(1);
    const value = steps.reduce<any>((inner, step) => inner?.[step], document);
    return value === undefined ? operation : { ...operation, value };
  });
}

/** A request as it is sent when the API knows what the model says. */
export function prepare(model: Model, as: string, step: SingleStep): Request {
  switch (step.do) {
    case 'restore': {
      const name = recordName(model, step.record);
      const tag = recordTag(model, name, step.ifMatch);
      const versions = model.records[name]?.versions.length ?? 1;
      const body =
        step.behind === null ? {} : { sys_version: step.behind === 9 ? 99 : Math.max(1, versions - step.behind) };
      return { as, verb: 'restore', record: name, body, ...(tag === undefined ? {} : { ifMatch: tag }) };
    }
    case 'bill': {
      const request = fromEnd(Object.keys(model.requests), step.entered) ?? 'nobodys';
      const tag = accountTag(model, step.ifMatch);
      return { as, verb: 'bill', customer: step.customer, request, ...(tag === undefined ? {} : { ifMatch: tag }) };
    }
    case 'create':
    case 'put':
    case 'patch':
    case 'delete':
      return { as, ...prepareWrite(model, step) };
  }
}

/** The same key and place with another body or another precondition. */
export function withOtherContent(request: Request): Request {
  switch (request.verb) {
    case 'create':
    case 'put':
      return { ...request, body: { ...request.body, name: 'Another name' } };
    case 'patch':
      return { ...request, patch: [...request.patch, { op: 'add', path: '/name', value: 'Another name' }] };
    case 'delete':
    case 'restore':
      return { ...request, ifMatch: '"98"' };
    case 'bill':
      return { ...request, ifMatch: '"another"' };
    case 'batch':
      return { ...request, operations: [...request.operations, { as: 'extra', verb: 'delete', record: 'nobodys' }] };
  }
}

/** Whether the API's schema refuses the body by itself, so that it never gets as far as a key. */
export function isMalformed(request: Request): boolean {
  if (request.verb !== 'create' && request.verb !== 'put') return false;
  const { body } = request;
  return body['name'] === undefined || body['colour'] !== undefined;
}

/** The names of the records that a request is about. */
export const namesIn = (model: Model, request: Request): string[] => {
  const { bills } = model.account;
  const billedNow = bills && 'record' in bills ? [bills.record] : [];
  const entry = request.verb === 'bill' ? model.requests[request.request]?.entry : undefined;
  if (entry) return [...billedNow, ...(entry.kind === 'picked' ? [entry.record] : [])];
  const parts = request.verb === 'batch' ? request.operations : [request];
  return parts.flatMap((part) => ('record' in part ? [part.record] : []));
};

/** Whether a record could be offered to the customer for picking: theirs, not locked, not expired, and debitable. */
export const isOffered = (model: Model, name: string): boolean => {
  const record = model.records[name];
  if (!record || latest(record).deleted) return false;
  const { content, mandate } = latest(record);
  return (
    content['contact_id'] === '{own}' &&
    content['sys_locked'] !== true &&
    content['expires'] !== '2020-01-31' &&
    (content['type'] === 'credit card' || mandate !== undefined)
  );
};
