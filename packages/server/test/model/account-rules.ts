import { isDeepStrictEqual } from 'node:util';
import { fields, integer, type Outcome, type Refusal, refusal, refused, string } from './outcome.ts';
import { changedFields } from './record-body.ts';
import { locked, numberFields, written } from './record-rules.ts';
import type { Request } from './request.ts';
import {
  type Entry,
  type FiledRecord,
  type Json,
  latest,
  type Model,
  type PaymentRequest,
  present,
  type Version,
} from './state.ts';

type Bill = Extract<Request, { verb: 'bill' }>;
type Instrument = Extract<Entry, { kind: 'instrument' }>;

const reference = 'paymentRequestToken';
const billedAction = 'account_payment_instrument.replaced';

/** What may come of making a payment request's instrument the one that the customer's account bills. */
export function billOutcomes(model: Model, bill: Bill): Outcome[] {
  const request = model.requests[bill.request];
  if (!request) return [refused(model, [refusal(404, 'payment.request.not.found', { reference })])];
  const unusable = unusableRefusal(request, bill.customer);
  if (unusable) return [refused(model, [unusable])];
  const { entry } = request;
  if (entry.kind === 'offline') return [billed(model, bill, null, offlineInstrument(model, bill, entry.choice))];
  if (entry.kind === 'picked') {
    const isStill = isWhatWasPicked(model, entry);
    const changed = isStill ? [] : [refusal(409, 'payment.instrument.changed', { reference })];
    const record = present(model, entry.record);
    if (changed.length > 0 || !record) return [refused(model, [...changed, ...lockRefusals(model, entry.record)])];
    const { content, mandate } = latest(record);
    const same = { match: 'SAME_METHOD' };
    return [
      billed(model, bill, entry.record, () => recordInstrument(model, bill, entry.record, { content, mandate }, same)),
    ];
  }
  return targetsOf(model, entry).map((target) =>
    billed(model, bill, target, () => enteredInstrument(model, bill, entry, target)),
  );
}

/** The table of DESIGN.md, in its order of precedence. */
function unusableRefusal(request: PaymentRequest, customer: 'own' | 'other'): Refusal | null {
  if (customer !== 'own') return refusal(400, 'payment.request.customer.mismatch', { reference });
  if (request.used) {
    const { record, version } = request.used;
    const args = ['{anything}', string(record ? `{${record}}` : ''), integer(version)];
    return refusal(409, 'payment.request.already.used', { reference, args });
  }
  if (!request.concluded) {
    const args = [{ type: 'ENUM', value: { value: 'CREATED' } }];
    return refusal(409, 'payment.request.not.concluded', { reference, args });
  }
  return request.reusable ? null : refusal(400, 'payment.request.not.reusable', { reference });
}

const billedRecord = ({ account: { bills } }: Model): string | null =>
  bills !== null && 'record' in bills ? bills.record : null;

const isLocked = (model: Model, name: string | null): boolean => {
  const record = name === null ? null : present(model, name);
  return record !== null && latest(record).content['sys_locked'] === true;
};

const lockRefusals = (model: Model, target: string | null): Refusal[] =>
  isLocked(model, target) || isLocked(model, billedRecord(model)) ? [locked] : [];

/** Refuses for a lock or for If-Match; otherwise lets `apply` say what comes of it. */
function billed(model: Model, bill: Bill, target: string | null, apply: () => Outcome): Outcome {
  const refusals = lockRefusals(model, target);
  if (refusals.length > 0) return refused(model, refusals);
  const outdated = ifMatchRefusal(model, bill.ifMatch);
  return outdated ? refused(model, [outdated]) : apply();
}

/** The entity tag of what the account bills: of a record and its version, or of the account's own version. */
export function instrumentTag(model: Model): string {
  const name = billedRecord(model);
  const record = name === null ? undefined : model.records[name];
  return record ? `"{${name}}.${record.versions.length}"` : `"none.${model.account.version}"`;
}

function ifMatchRefusal(model: Model, ifMatch: string | undefined): Refusal | null {
  if (ifMatch === undefined) return null;
  const name = billedRecord(model);
  const record = name === null ? undefined : model.records[name];
  if (ifMatch === '*' ? record : ifMatch === instrumentTag(model)) return null;
  const [, named, version] = /^"\{(\w+)\}\.(\d+)"$/.exec(ifMatch) ?? [];
  const earlier = record && named === name ? record.versions[Number(version) - 1]?.content : undefined;
  const changed = record && earlier ? changedFields(earlier, latest(record).content) : [];
  const args = [integer(record?.versions.length ?? 0), fields(changed)];
  return refusal(412, 'record.precondition.failed', { reference: 'If-Match', args });
}

/** Whether the record is still this customer's, with the number, mandate and a token of the version that was picked. */
function isWhatWasPicked(model: Model, { record: name, version }: Extract<Entry, { kind: 'picked' }>): boolean {
  const record = present(model, name);
  const picked = record?.versions[version - 1];
  if (!record || !picked) return false;
  if (version === record.versions.length) return true;
  const now = latest(record);
  const tokens = new Set(picked.content['merchant_account_tokens'].map((item: Json) => item['token']));
  return (
    now.content['contact_id'] === '{own}' &&
    numberFields.every((field) => now.content[field] === picked.content[field]) &&
    now.mandate === picked.mandate &&
    now.content['merchant_account_tokens'].some((item: Json) => tokens.has(item['token']))
  );
}

/**
 * The records that an instrument may become: one that holds its number already, else the present one while its type
 * stays, else a new one (null). Of several that hold the number, the contract does not say which.
 */
function targetsOf(model: Model, entry: Instrument): (string | null)[] {
  const same = Object.keys(model.records).filter((name) => present(model, name)?.number === entry.number);
  if (same.length > 0) return same;
  const name = billedRecord(model);
  const record = name === null ? null : present(model, name);
  return [record && latest(record).content['type'] === entry.fields['type'] ? name : null];
}

function consumed(model: Model, bill: Bill, used: PaymentRequest['used']): Model {
  const next = structuredClone(model);
  const request = next.requests[bill.request];
  if (request && used) request.used = used;
  next.account.version += 1;
  return next;
}

const offlineInstrument = (model: Model, bill: Bill, choice: 'CASH' | 'BANK_TRANSFER') => (): Outcome => {
  const next = consumed(model, bill, { version: 0 });
  next.account.bills = { choice };
  return { expected: { status: 200, body: accountView(next), tag: instrumentTag(next) }, model: next };
};

function recordInstrument(
  model: Model,
  bill: Bill,
  name: string,
  version: Pick<Version, 'content' | 'mandate'>,
  { match, number }: { match: string; number?: string },
): Outcome {
  const change = written(model, name, { ...version, by: '{key}', action: billedAction }, number);
  const next = consumed(change.model, bill, { record: name, version: change.record.versions.length });
  next.account.bills = { record: name };
  return { expected: { status: 200, body: { ...accountView(next), match }, tag: instrumentTag(next) }, model: next };
}

function enteredInstrument(model: Model, bill: Bill, entry: Instrument, target: string | null): Outcome {
  const name = target ?? bill.as;
  const record = target === null ? undefined : model.records[target];
  const content = enteredContent(entry, record, `${name}.v${(record?.versions.length ?? 0) + 1}`);
  const isSame = record?.number === entry.number;
  const facts = ({ expires, name_on_account: holder, billing_address: address }: Json) => [expires, holder, address];
  const before = record && latest(record).content;
  const sameFacts = before !== undefined && isDeepStrictEqual(facts(before), facts(content));
  const match = isSame ? (sameFacts ? 'SAME_METHOD' : 'CHANGED_DETAILS') : 'NEW_METHOD';
  const mandate = entry.debit ? `{${bill.as}.mandate}` : undefined;
  return recordInstrument(model, bill, name, { content, mandate }, { match, number: entry.number });
}

/** Number, expiry, holder and tokens come from what was entered; the rest stays with the record. */
function enteredContent(entry: Instrument, record: FiledRecord | undefined, version: string): Json {
  const before: Json = record ? latest(record).content : {};
  const isNamed = before['name'] !== undefined && before['name'] !== nameOf(before);
  const kept = ['sys_external_id', 'sys_locked', 'sys_snapshot_base_version', 'custom_field_values', 'billing_address'];
  return {
    ...Object.fromEntries(kept.filter((field) => before[field] !== undefined).map((field) => [field, before[field]])),
    ...entry.fields,
    ...(entry.address ? { billing_address: entry.address } : {}),
    contact_id: '{own}',
    name: isNamed ? before['name'] : nameOf(entry.fields),
    name_on_account: entry.holder,
    merchant_account_tokens: ['shop', 'second'].map((account) => ({
      merchant_account_id: `{${account}}`,
      token: `{${version}.${account}}`,
    })),
  };
}

/** The name that a record gets from its instrument while nobody gives it another. */
function nameOf({ type, credit_card_type: network, last_four_digits: digits }: Json): string {
  if (type !== 'credit card') return `SEPA Direct Debit ${digits}`;
  return `${network[0].toUpperCase()}${network.slice(1)} ${digits}`;
}

/** What the account bills, as GET answers it (observed.ts says which parts of the details are compared). */
export function accountView(model: Model): Json {
  const { bills, version } = model.account;
  if (bills === null) return { accountVersion: version };
  if ('choice' in bills) return { accountVersion: version, paymentChoice: bills.choice };
  const record = model.records[bills.record];
  if (!record) throw new Error(`the account bills ${bills.record}, which nobody created`);
  const { content, mandate } = latest(record);
  const isCard = content['type'] === 'credit card';
  return {
    accountVersion: version,
    paymentChoice: isCard ? 'CREDIT_CARD' : 'SEPA',
    storedPaymentMethodId: `{${bills.record}}`,
    sysVersion: record.versions.length,
    holder: content['name_on_account'],
    lastFour: content['last_four_digits'],
    ...(isCard ? { brand: content['credit_card_type'] } : {}),
    ...(isCard && content['expires'] ? { expires: content['expires'].slice(0, 7) } : {}),
    ...(mandate ? { mandate } : {}),
  };
}
