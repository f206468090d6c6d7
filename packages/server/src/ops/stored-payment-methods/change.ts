import type { Context } from '../../context.ts';
import type { EventData } from '../../contract/events.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { RecordLock } from '../../contract/stored-payment-method-lock.ts';
import type { DataKey } from '../../crypto/envelope.ts';
import { OnfileError } from '../../errors.ts';
import { sqlState } from '../../store/database.ts';
import type { RecordChange } from '../../store/record-change.ts';
import { findRecordByExternalId, type RecordMarks, type RecordRow } from '../../store/records.ts';
import { customFieldsOnWrite } from '../custom-fields/on-write.ts';
import { currentCustomerKey } from '../customer-data-key.ts';
import { filesOnWrite, withoutLostFiles } from '../files/on-write.ts';
import { summarizeMandate } from '../instruments/mandate.ts';
import { changedFields } from '../preconditions.ts';
import { type Happening, trailOf } from '../trail.ts';
import { timeAfter } from '../version-time.ts';
import { type OpenedRecord, presentOpened, presentRecord, type SealedContent, sealContent } from './content.ts';

/** What a record is about to become: its columns but for those that follow from the change itself. */
export type NextRecord = {
  fields: Pick<
    RecordRow,
    | 'type'
    | 'credit_card_type'
    | 'last_four_digits'
    | 'expires'
    | 'payrix_migrated'
    | 'sys_external_id'
    | 'sys_locked'
    | 'sys_snapshot_base_version'
  >;
  content: SealedContent;
  /** What machinery leaves on it now; the marks of other machinery stay. */
  marks?: RecordMarks;
  customer: { customerId: number; contactId: string; dataKey: DataKey };
};

type BilledRecord = Extract<EventData<'account_payment_instrument.replaced'>, { match: unknown }>;

/** What is done to a record; whether there is an event, or what it tells beside the usual. */
export type RecordAction =
  | {
      action:
        | 'stored_payment_method.created'
        | 'stored_payment_method.replaced'
        | 'stored_payment_method.patched'
        | 'stored_payment_method.deleted'
        | 'stored_payment_method.locked'
        | 'stored_payment_method.unlocked'
        | 'stored_payment_method.token_added'
        | 'stored_payment_method.recalculated';
      event: boolean;
    }
  | {
      action: 'stored_payment_method.restored';
      event: Pick<EventData<'stored_payment_method.restored'>, 'restored_version'>;
    }
  | { action: 'account_payment_instrument.replaced'; event: Pick<BilledRecord, 'match'> };

/** The mandate's signature stays with the record: an audit needs to know that there was one. */
const masked = (content: SealedContent): object => ({
  ...content,
  ...(content.mandate ? { mandate: summarizeMandate(content.mandate) } : {}),
  merchant_account_tokens: content.merchant_account_tokens.map((token) => ({ ...token, token: '[masked]' })),
});

/** Who made a version, how they were known, what they might do, and from where (contract: `sys_last_security_context`). */
const securityContext = ({ caller, sourceAddress, traceId }: Context, action: string): object => ({
  action,
  actor: caller.id,
  method: caller.kind,
  scopes: [...caller.scopes],
  ...(sourceAddress === null ? {} : { address: sourceAddress }),
  trace_id: traceId,
});

/**
 * The change that creates a record, or makes the next version of one, with its trail. A deletion is a version too. The
 * tenant's custom fields are calculated with it.
 */
export async function recordChange(
  ctx: Context,
  options: RecordAction & {
    current: OpenedRecord | null;
    id: string;
    next: NextRecord;
    /** The version of a record that is created; 1 when left out. */
    firstVersion?: number;
    /** The lock that the change goes over: event and audit say so. */
    overridden?: RecordLock | null;
  },
): Promise<{ change: RecordChange; presented: StoredPaymentMethod }> {
  const { current, id, next, overridden, firstVersion = 1 } = options;
  const { tenantId } = ctx.tenant;
  const shownIn = { tenantId, locale: ctx.locale };
  const at = timeAfter(ctx.now(), current?.row.sys_last_modified_at);
  const { contactId } = next.customer;
  const dataKey = await keyOfNext(ctx, current, next.customer.dataKey);
  const version = { id, sys_version: current ? current.row.sys_version + 1 : firstVersion };
  const deletion =
    options.action === 'stored_payment_method.deleted'
      ? { sys_deleted_at: at, sys_deleted_by_id: ctx.caller.id }
      : { sys_deleted_at: null, sys_deleted_by_id: current?.row.sys_deleted_by_id ?? null };
  const marks = { ...current?.row.marks, ...next.marks };
  const written = {
    ...next.fields,
    ...version,
    customer_id: next.customer.customerId,
    sys_created_at: current?.row.sys_created_at ?? at,
    sys_created_by_id: current?.row.sys_created_by_id ?? ctx.caller.id,
    sys_last_modified_at: at,
    sys_last_modified_by_id: ctx.caller.id,
    sys_last_security_context: {
      ...securityContext(ctx, options.action),
      ...(overridden ? { lock_overridden: true } : {}),
    },
    ...deletion,
    marks: Object.keys(marks).length > 0 ? marks : null,
  };
  const isRestored = options.action === 'stored_payment_method.restored';
  const given = isRestored ? await withoutLostFiles(ctx, id, next.content) : next.content;
  const { content, terms } = await customFieldsOnWrite(ctx, given, (shown) =>
    presentRecord(written, contactId, shown, shownIn),
  );
  const isDeleted = deletion.sys_deleted_at !== null;
  const fileIds = await filesOnWrite(ctx, { id, current, content, isDeleted });
  const record: RecordRow = {
    ...written,
    ...(fileIds ? { marks: { ...marks, has_files: true } } : {}),
    key_id: dataKey.keyId,
    sealed: sealContent(tenantId, version, content, dataKey),
  };
  const presented = presentRecord(record, contactId, content, shownIn);
  const before = current && presentOpened(current);
  const changed = before ? changedFields(before, presented) : [];
  const trail = trailOf(ctx, {
    ...happening(options, {
      customer_id: record.customer_id,
      type: presented.type,
      changed_fields: changed,
      ...(overridden ? { lock_overridden: true } : {}),
    }),
    at,
    subject: { kind: 'stored_payment_method', id, version: version.sys_version },
    details: {
      under: dataKey,
      value: {
        before: current && detailsBefore(current, next.customer.customerId),
        after: { ...rowDetails(record), ...masked(content) },
        ...(overridden ? { overridden_lock: overridden } : {}),
      },
    },
  });
  const expectedVersion = current?.row.sys_version ?? 0;
  const files = fileIds && { ids: fileIds, destroyEarlierAfter: retentionEnd(ctx) };
  const change = { record, expectedVersion, trail, ...(terms ? { terms } : {}), ...(files ? { files } : {}) };
  return { change, presented };
}

/** A version that is based on one under a retired key takes the customer's key of now. */
const keyOfNext = async (ctx: Context, current: OpenedRecord | null, given: DataKey): Promise<DataKey> =>
  current?.row.key_is_retired && current.dataKey.keyId === given.keyId
    ? currentCustomerKey(ctx, current.row.customer_uuid)
    : given;

function happening(done: RecordAction, usual: EventData<'stored_payment_method.created'>): Happening {
  switch (done.action) {
    case 'stored_payment_method.restored':
      return { action: done.action, event: { ...usual, ...done.event } };
    case 'account_payment_instrument.replaced':
      return { action: done.action, event: { ...usual, ...done.event } };
    case 'stored_payment_method.created':
    case 'stored_payment_method.replaced':
    case 'stored_payment_method.patched':
    case 'stored_payment_method.deleted':
    case 'stored_payment_method.locked':
    case 'stored_payment_method.unlocked':
    case 'stored_payment_method.token_added':
    case 'stored_payment_method.recalculated':
      return done.event ? { action: done.action, event: usual } : { action: done.action };
  }
}

/** What one customer's record held is never sealed under another's key; its version in the history has it. */
const detailsBefore = ({ row, content }: OpenedRecord, customerId: number): object => ({
  ...rowDetails(row),
  ...(row.customer_id === customerId ? masked(content) : { customer_id: row.customer_id }),
});

const rowDetails = (row: RecordRow): object => ({
  type: row.type,
  credit_card_type: row.credit_card_type,
  last_four_digits: row.last_four_digits,
  expires: row.expires,
  sys_external_id: row.sys_external_id,
  sys_locked: row.sys_locked,
});

/** When a number that is replaced now is to be destroyed. */
export const retentionEnd = (ctx: Pick<Context, 'now' | 'tenant'>): Date =>
  new Date(ctx.now().getTime() + ctx.tenant.replacedNumberRetentionDays * 86_400_000);

export const externalIdTaken = (cause?: unknown) =>
  new OnfileError('errormessage.record.external.id.taken', { reference: 'sys_external_id', cause });

/** The one unique constraint that a caller's own value can break. */
export function refuseTakenExternalId(error: unknown): never {
  throw sqlState(error) === '23505' ? externalIdTaken(error) : error;
}

/** The same refusal for a change that is not going to be written, and so will not break the constraint. */
export async function checkExternalId(ctx: Context, id: string, externalId: string | null): Promise<void> {
  if (externalId === null) return;
  const holder = await findRecordByExternalId(ctx.db, ctx.tenant.tenantId, externalId);
  if (holder !== null && holder !== id) throw externalIdTaken();
}
