import type { Answer } from '../harness/server.ts';
import { accountView, instrumentTag } from './account-rules.ts';
import { instrumentView, type Observed, recordView } from './observed.ts';
import type { Expected, Refusal } from './outcome.ts';
import type { Possibility } from './outcomes.ts';
import { changedFields } from './record-body.ts';
import { type FiledRecord, type Json, latest, type Model, shown } from './state.ts';
import { type Bindings, difference, resolve } from './symbols.ts';

/** What was answered to each request so far, by the request's name: what a retry is answered again. */
export type Answers = Map<string, Answer>;

type Seen = { names: readonly string[]; answers: readonly Answer[]; observed: Observed };

/**
 * Where the API differs from one possibility, the first place of it; null when it does not, and `bindings` then know
 * what it made up. `earlier` gets the new answers.
 */
export function differs(possible: Possibility, seen: Seen, bindings: Bindings, earlier: Answers): string | null {
  const raced = seen.names.length > 1;
  const order = possible.expected.map((expected, n) => ({ expected, n })).toSorted(replaysLast);
  for (const { expected, n } of order) {
    const [name, answer] = [seen.names[n], seen.answers[n]];
    if (name === undefined || !answer) throw new Error('a request without an answer');
    const found = answerDiffers(expected, answer, bindings, { earlier, raced });
    if (found) return `answer to ${name}${found}`;
    if (!('replay' in expected)) earlier.set(name, answer);
  }
  return stateDiffers(possible.model, seen.observed, bindings);
}

const replaysLast = (one: { expected: Expected }, other: { expected: Expected }): number =>
  Number('replay' in one.expected) - Number('replay' in other.expected);

type AnswerContext = { earlier: Answers; raced: boolean };

function answerDiffers(expected: Expected, answer: Answer, bindings: Bindings, context: AnswerContext): string | null {
  if ('replay' in expected) {
    const first = context.earlier.get(expected.replay);
    return difference([first?.status, first?.body], [answer.status, answer.body], bindings, ' (replayed)');
  }
  if ('refused' in expected) return refusalDiffers(expected.refused, answer.status, answer.body, bindings);
  if (answer.status !== expected.status) {
    return `: expected ${expected.status}, got ${answer.status} ${answer.body.errorCode} at ${answer.body.reference}`;
  }
  if (Array.isArray(expected.body['results'])) return batchDiffers(expected.body, answer.body, bindings, context);
  const found = bodyDiffers(expected.body, answer.body, bindings, context);
  if (found || expected.tag === undefined) return found;
  return difference(expected.tag, answer.headers.get('etag'), bindings, ' ETag');
}

function bodyDiffers(expected: Json, actual: Json, bindings: Bindings, { raced }: AnswerContext): string | null {
  if ('record' in expected) {
    const body = { ...actual, record: viewOf(actual['record'], raced) };
    return difference({ ...expected, record: viewOf(expected['record'], raced) }, body, bindings);
  }
  const isRecord = 'id' in expected;
  return isRecord
    ? difference(viewOf(expected, raced), viewOf(actual, raced), bindings)
    : difference(expected, instrumentView(actual), bindings);
}

/** A deletion that was refused is noted without a version: a change that runs at the same time may not tell of it. */
function viewOf(record: Json, raced: boolean): Json {
  const { sys_deleted_by_id: deletedBy, ...view } = recordView(record);
  return raced || deletedBy === undefined ? view : { ...view, sys_deleted_by_id: deletedBy };
}

function batchDiffers(expected: Json, actual: Json, bindings: Bindings, context: AnswerContext): string | null {
  const counts = ({ error_count, success_count }: Json) => [error_count, success_count];
  const parts: Expected[] = expected['results'];
  for (const [n, part] of parts.entries()) {
    const { status, body, error } = actual['results'][n];
    const found =
      'refused' in part
        ? refusalDiffers(part.refused, status, error ?? {}, bindings)
        : 'body' in part &&
          (difference(part.status, status, bindings) ?? bodyDiffers(part.body, body, bindings, context));
    if (found) return `, operation ${n}${found}`;
  }
  return difference(counts(expected), counts(actual), bindings);
}

function refusalDiffers(allowed: readonly Refusal[], status: number, body: Json, bindings: Bindings): string | null {
  const got = `${status} ${body['errorCode']} at ${body['reference']} ${JSON.stringify(body['typedArgs'])}`;
  const isAllowed = allowed.some(
    ({ status: expected, code, reference, args }) =>
      status === expected &&
      body['errorCode'] === `errormessage.${code}` &&
      (reference === undefined || body['reference'] === reference) &&
      (args === undefined || difference(args, body['typedArgs'], bindings) === null),
  );
  return isAllowed ? null : `: expected ${allowed.map((one) => JSON.stringify(one)).join(' or ')}, got ${got}`;
}

/** Where what was read differs from what the model says, the first place of it; null when it does not. */
export function stateDiffers(model: Model, observed: Observed, bindings: Bindings): string | null {
  const present = Object.entries(model.records).filter(
    ([, record]) => !latest(record).deleted && observed.contacts.includes(latest(record).content['contact_id']),
  );
  for (const [name, record] of present) {
    const found = difference(shown(name, record), observed.records.get(resolve(`{${name}}`, bindings)), bindings);
    if (found) return `record ${name}${found}`;
  }
  if (observed.records.size !== present.length) {
    return `records: expected ${present.map(([name]) => name).join(', ')}, got ${[...observed.records.keys()].join(', ')}`;
  }
  for (const [name, record] of Object.entries(model.records)) {
    const items = observed.histories.get(resolve(`{${name}}`, bindings));
    const found = items && historyDiffers(name, record, items, bindings);
    if (found) return `history of ${name}${found}`;
  }
  if (!observed.account) return null;
  const account = difference(accountView(model), observed.account.body, bindings);
  if (account) return `account${account}`;
  return difference(instrumentTag(model), observed.account.tag, bindings, 'ETag of the account');
}

function historyDiffers(name: string, record: FiledRecord, items: Json[], bindings: Bindings): string | null {
  const expected = record.versions.map((version, n) => ({
    sys_version: n + 1,
    sys_last_modified_at: `{${name}.v${n + 1}.at}`,
    sys_last_modified_by_id: version.by,
    action: version.action,
    changed_fields: changedFields(record.versions[n - 1]?.content ?? version.content, version.content),
    ...(version.deleted ? { deleted: true } : {}),
  }));
  const actual = items.map(({ trace_id: _, ...item }) => item);
  const times = actual.map((item) => item['sys_last_modified_at']);
  if (times.some((time, n) => n > 0 && time >= times[n - 1])) return ': times do not increase with the versions';
  return difference(expected.toReversed(), actual, bindings);
}
