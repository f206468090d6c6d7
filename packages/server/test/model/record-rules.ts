import { type Expected, fields, integer, type Outcome, type Refusal, refusal, refused } from './outcome.ts';
import { patched } from './patched.ts';
import {
  bodyRefusals,
  changedFields,
  contentOf,
  directivesOf,
  externalIdRefusals,
  referenceRefusals,
  withoutNulls,
} from './record-body.ts';
import type { RecordRequest, Request } from './request.ts';
import { type FiledRecord, isBilled, type Json, latest, type Model, present, shown, type Version } from './state.ts';

const notFound = refusal(404, 'record.not.found');
export const locked = refusal(409, 'record.locked');
export const numberFields = ['type', 'credit_card_type', 'last_four_digits'] as const;

/** What may come of a request about one record, of those that a batch takes too. */
export function recordOutcome(model: Model, request: { as: string } & RecordRequest): Outcome {
  switch (request.verb) {
    case 'create':
      return createOutcome(model, request.as, withoutNulls(request.body));
    case 'put':
      return putOutcome(model, request);
    case 'patch':
      return patchOutcome(model, request);
    case 'delete':
      return deleteOutcome(model, request);
  }
}

/** The model in which a record has one version more, and the answer that shows it. */
export function written(
  model: Model,
  name: string,
  change: Pick<Version, 'content' | 'action'> & Partial<Version>,
  number?: string | null,
): { model: Model; body: Json; record: FiledRecord } {
  const next = structuredClone(model);
  const before = next.records[name] ?? { versions: [], number: null, deletionTried: false };
  const version: Version = { by: '{client}', deleted: false, ...change };
  const record: FiledRecord = {
    ...before,
    versions: [...before.versions, version],
    ...(number === undefined ? {} : { number }),
    deletionTried: before.deletionTried || version.deleted,
  };
  next.records[name] = record;
  return { model: next, body: shown(name, record), record };
}

const success = (status: number, body: Json): Expected => ({ status, body, tag: `"${body['sys_version']}"` });

/** A dry run answers what would be, and changes nothing; only the times are nobody's. */
function settled(model: Model, body: Json, change: ReturnType<typeof written>, status: number): Outcome {
  if (!directivesOf(body).includes('dry-run')) return { expected: success(status, change.body), model: change.model };
  const time = { sys_last_modified_at: '{anything}' };
  const born = status === 201 ? { id: '{anything}', sys_created_at: '{anything}' } : {};
  return { expected: success(status, { ...change.body, ...time, ...born }), model };
}

function createOutcome(model: Model, name: string, body: Json): Outcome {
  const refusals = bodyRefusals(body);
  if (body['id'] !== undefined) refusals.push(refusal(400, 'validation.server.generated', { reference: 'id' }));
  const content = contentOf(body);
  refusals.push(...referenceRefusals(model, null, content));
  if (refusals.length > 0) return refused(model, refusals);
  const change = written(model, name, { content, action: 'stored_payment_method.created' });
  return settled(model, body, change, 201);
}

const keptWhenLeftOut = ['custom_field_values', 'sys_external_id', 'sys_locked', 'sys_snapshot_base_version'];

function putOutcome(model: Model, request: Extract<RecordRequest, { verb: 'put' }>): Outcome {
  const body = withoutNulls(request.body);
  const refusals = bodyRefusals(body, `{${request.record}}`);
  const record = present(model, request.record);
  if (!record) return refused(model, [...refusals, notFound]);
  const { content: current } = latest(record);
  const kept = Object.fromEntries(keptWhenLeftOut.map((field) => [field, current[field]]));
  return updateOutcome(
    model,
    request.record,
    { ...withoutNulls(kept), ...body },
    refusals,
    'stored_payment_method.replaced',
    {
      ifMatch: request.ifMatch,
      version: body['sys_version'],
      modifiedAt: body['sys_last_modified_at'],
    },
  );
}

function patchOutcome(model: Model, request: Extract<RecordRequest, { verb: 'patch' }>): Outcome {
  const { record: name, ifMatch } = request;
  const record = present(model, name);
  if (!record) return refused(model, [notFound]);
  const result = patched(shown(name, record), request.patch);
  if ('refusal' in result) return refused(model, [result.refusal]);
  const body = withoutNulls(result.document);
  return updateOutcome(model, name, body, bodyRefusals(body, `{${name}}`), 'stored_payment_method.patched', {
    ifMatch,
  });
}

type Basis = { ifMatch?: string | undefined; version?: number | undefined; modifiedAt?: string | undefined };

function updateOutcome(
  model: Model,
  name: string,
  body: Json,
  bodysRefusals: readonly Refusal[],
  action: string,
  basis: Basis,
): Outcome {
  const record = present(model, name);
  if (!record) return refused(model, [notFound]);
  const { content: current, mandate } = latest(record);
  const content = contentOf(body);
  const refusals = [...bodysRefusals, ...referenceRefusals(model, name, content)];
  if (current['sys_locked'] === true && content['sys_locked'] === true) refusals.push(locked);
  const moved = content['contact_id'] !== current['contact_id'];
  if (moved && isBilled(model, name)) refusals.push(refusal(409, 'record.contact.fixed', { reference: 'contact_id' }));
  const changedNumber = numberFields.find((field) => content[field] !== current[field]);
  refusals.push(...tokenRefusals(current, content, changedNumber, directivesOf(body)));
  if (refusals.length > 0) return refused(model, refusals);
  const outdated = preconditionRefusal(record, name, basis);
  if (outdated) return refused(model, [outdated]);
  const loses = moved || changedNumber !== undefined;
  const change = written(
    model,
    name,
    { content, action, mandate: loses ? undefined : mandate },
    loses ? null : undefined,
  );
  return settled(model, body, change, 200);
}

/** Number and metadata change together, and a token is dropped only on purpose. */
function tokenRefusals(current: Json, next: Json, changedNumber: string | undefined, directives: string[]): Refusal[] {
  const refusals: Refusal[] = [];
  const pairs = (content: Json): [string, string][] =>
    (content['merchant_account_tokens'] ?? []).map((item: Json) => [item['merchant_account_id'], item['token']]);
  const tokens = new Map(pairs(next));
  const before = pairs(current);
  if (before.some(([account]) => !tokens.has(account)) && !directives.includes('allow-token-removal')) {
    refusals.push(refusal(400, 'record.token.removal', { reference: 'merchant_account_tokens' }));
  }
  if (changedNumber && before.some(([account, token]) => tokens.get(account) === token)) {
    refusals.push(refusal(400, 'record.number.fields.fixed', { reference: changedNumber }));
  }
  return refusals;
}

/** What the caller's basis fails by, in the order If-Match, `sys_version`, `sys_last_modified_at`. */
export function preconditionRefusal(record: FiledRecord, name: string, basis: Basis): Refusal | null {
  const current = record.versions.length;
  const since = (version: number | undefined): unknown[] => {
    const earlier = version === undefined ? undefined : record.versions[version - 1]?.content;
    return [integer(current), fields(earlier ? changedFields(earlier, latest(record).content) : [])];
  };
  const { ifMatch, version, modifiedAt } = basis;
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== `"${current}"`) {
    const named = /^"(\d+)"$/.exec(ifMatch)?.[1];
    const args = since(named === undefined ? undefined : Number(named));
    return refusal(412, 'record.precondition.failed', { reference: 'If-Match', args });
  }
  if (version !== undefined && version !== current) {
    return refusal(409, 'record.version.conflict', { reference: 'sys_version', args: since(version) });
  }
  const timed = /\.v(\d+)\.at\}$/.exec(modifiedAt ?? '')?.[1];
  if (modifiedAt?.startsWith(`{${name}.v`) && Number(timed) < current) {
    const args = since(Number(timed));
    return refusal(409, 'record.version.conflict', { reference: 'sys_last_modified_at', args });
  }
  return null;
}

function deleteOutcome(
  model: Model,
  { record: name, ifMatch }: { record: string; ifMatch?: string | undefined },
): Outcome {
  const record = present(model, name);
  if (!record) return refused(model, [notFound]);
  const { content, mandate } = latest(record);
  const refusals = content['sys_locked'] === true ? [locked] : [];
  if (isBilled(model, name)) refusals.push(refusal(409, 'record.in.use'));
  const outdated = refusals.length === 0 ? preconditionRefusal(record, name, { ifMatch }) : null;
  if (outdated) refusals.push(outdated);
  if (refusals.length > 0) {
    const next = structuredClone(model);
    const tried = next.records[name];
    if (tried) tried.deletionTried = true;
    return refused(next, refusals);
  }
  const change = written(model, name, { content, action: 'stored_payment_method.deleted', deleted: true, mandate });
  return { expected: success(200, change.body), model: change.model };
}

/** An earlier version's content as the next one; number, tokens, renewed expiry and lock stay as they are. */
export function restoreOutcome(
  model: Model,
  { record: name, body, ifMatch }: Extract<Request, { verb: 'restore' }>,
): Outcome {
  const record = model.records[name];
  if (!record) return refused(model, [notFound]);
  const current = latest(record);
  const n = body['sys_version'] ?? (current.deleted ? record.versions.length : undefined);
  if (n === undefined) return refused(model, [refusal(400, 'validation.required', { reference: 'sys_version' })]);
  const earlier = record.versions[n - 1];
  if (!earlier) return refused(model, [refusal(404, 'record.version.not.found', { reference: 'sys_version' })]);
  const refusals = current.content['sys_locked'] === true ? [locked] : [];
  if (earlier.content['contact_id'] !== current.content['contact_id']) {
    refusals.push(refusal(409, 'record.version.other.contact', { reference: 'sys_version' }));
  }
  if (numberFields.some((field) => earlier.content[field] !== current.content[field])) {
    refusals.push(refusal(409, 'record.version.other.number', { reference: 'sys_version' }));
  }
  refusals.push(...externalIdRefusals(model, name, earlier.content));
  const outdated = refusals.length === 0 ? preconditionRefusal(record, name, { ifMatch }) : null;
  if (outdated) refusals.push(outdated);
  if (refusals.length > 0) return refused(model, refusals);
  const { merchant_account_tokens: tokens, sys_locked: isLocked } = current.content;
  const content: Json = { ...earlier.content, merchant_account_tokens: tokens };
  delete content['sys_locked'];
  if (isLocked !== undefined) content['sys_locked'] = isLocked;
  const known = new Set(earlier.content['merchant_account_tokens'].map((item: Json) => item['token']));
  if (tokens.some((item: Json) => !known.has(item['token']))) {
    delete content['expires'];
    if (current.content['expires'] !== undefined) content['expires'] = current.content['expires'];
  }
  const change = written(model, name, { content, action: 'stored_payment_method.restored', mandate: current.mandate });
  const inUse = new Set(tokens.map((item: Json) => item['token']));
  const retired = earlier.content['merchant_account_tokens'].filter((item: Json) => !inUse.has(item['token']));
  const answer = {
    record: change.body,
    retired_tokens: retired.map(({ merchant_account_id }: Json) => ({ merchant_account_id })),
  };
  return { expected: { ...success(200, change.body), body: answer }, model: change.model };
}
