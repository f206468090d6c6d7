import type { Context } from '../../context.ts';
import { bodyReader } from '../../contract/body-reader.ts';
import {
  type StoredPaymentMethod,
  StoredPaymentMethodCreation,
  StoredPaymentMethodReplacement,
} from '../../contract/stored-payment-method.ts';
import { OnfileError } from '../../errors.ts';
import type { RowResult } from '../../store/bulk-load-results.ts';
import type { RecordChange } from '../../store/record-change.ts';
import type { FoundRecord, RecordMarks } from '../../store/records.ts';
import { changedFields, type Preconditions } from '../preconditions.ts';
import { bodyFrom, type GivenRecord } from '../record-columns/given-record.ts';
import { externalIdTaken } from '../stored-payment-methods/change.ts';
import { type OpenedRecord, openRecord, presentOpened } from '../stored-payment-methods/content.ts';
import { prepareCreation } from '../stored-payment-methods/create.ts';
import type { Directive } from '../stored-payment-methods/directives.ts';
import { checkBody, prepareUpdate } from '../stored-payment-methods/update.ts';
import type { BatchFacts } from './prepare-batch.ts';
import { failedRow, isRefusal, resultOn } from './row-result.ts';

const readCreation = bodyReader(StoredPaymentMethodCreation);
const readReplacement = bodyReader(StoredPaymentMethodReplacement);

/** What came of a row, and the version that it leads to, if it does. */
export type PreparedRow = { result: RowResult; change?: RecordChange };

/** Applies the rules to one row: it changes the record that it names, its target, or creates one. */
export async function prepareRow(
  ctx: Context,
  facts: BatchFacts,
  recordNo: number,
  given: GivenRecord,
  target: FoundRecord | undefined,
): Promise<PreparedRow> {
  try {
    return target ? await changing(ctx, facts, recordNo, given, target) : await creating(ctx, facts, recordNo, given);
  } catch (error) {
    if (isRefusal(error)) return { result: failedRow(recordNo, error, target) };
    throw error;
  }
}

/** The record on file that a row names by `id` or, when there is none of that id, by `sys_external_id`. */
export function targetOf({ byId, byExternalId }: BatchFacts, { fields }: GivenRecord): FoundRecord | undefined {
  const { id, sys_external_id: externalId } = fields;
  return (
    byId.get(typeof id === 'string' ? id : '') ?? byExternalId.get(typeof externalId === 'string' ? externalId : '')
  );
}

const marksOf = (ctx: Context, { loadId, input: { source_file } }: BatchFacts, recordNo: number): RecordMarks => ({
  bulk_load: {
    id: loadId,
    at: ctx.now().toISOString(),
    record_no: recordNo,
    ...(source_file === undefined ? {} : { source_file }),
  },
});

/** A row alone cannot be tried: the load as a whole can. */
function refuseDryRun(directives: ReadonlySet<Directive>): void {
  if (directives.has('dry-run')) {
    throw new OnfileError('errormessage.record.directive.unknown', { reference: 'sys_directive' });
  }
}

async function creating(ctx: Context, facts: BatchFacts, recordNo: number, given: GivenRecord): Promise<PreparedRow> {
  // An id that is not on file here is another system's.
  const { id: _, ...body } = bodyFrom(given);
  const read = readCreation(body);
  const { change, directives } = await prepareCreation(ctx, read, {
    marks: marksOf(ctx, facts, recordNo),
    findOwner: async () => facts.ownerOf(read.contact_id, read.name_on_account),
  });
  refuseDryRun(directives);
  const { dry_run } = facts.input;
  const result = resultOn(recordNo, 'created', change.record);
  return dry_run ? { result: { record_no: recordNo, outcome: 'created' } } : { result, change };
}

async function changing(
  ctx: Context,
  facts: BatchFacts,
  recordNo: number,
  given: GivenRecord,
  target: FoundRecord,
): Promise<PreparedRow> {
  const namesIt = given.fields['id'] === target.id;
  if (facts.input.mode === 'create') {
    throw namesIt
      ? new OnfileError('errormessage.validation.server.generated', { reference: 'id' })
      : externalIdTaken();
  }
  const current = openRecord(ctx, target);
  const present = presentOpened(current);
  const unchanged: PreparedRow = { result: resultOn(recordNo, 'unchanged', target) };
  const { sys_directive: _, ...wanted } = bodyFrom(given, present);
  if (saysNothingNew(present, wanted)) return unchanged;
  const body = readReplacement({ ...bodyFrom(given, present), id: target.id });
  const holder = facts.byExternalId.get(body.sys_external_id ?? '');
  if (holder && holder.id !== target.id) throw externalIdTaken();
  const directives = checkBody(ctx, target.id, body);
  refuseDryRun(directives);
  const { change, presented } = await prepareUpdate(withoutHeaders(ctx), current, 'stored_payment_method.patched', {
    body,
    directives,
    preconditions: basisOf(given, target),
    marks: marksOf(ctx, facts, recordNo),
  });
  if (isSame(present, presented)) return unchanged;
  const result = resultOn(recordNo, 'updated', change.record);
  return facts.input.dry_run ? { result } : { result, change };
}

/** A file has no headers: what it says of versions counts in any tenant. */
const withoutHeaders = (ctx: Context): Context =>
  ctx.tenant.concurrencyPolicy === 'if-match-required'
    ? { ...ctx, tenant: { ...ctx.tenant, concurrencyPolicy: 'strict' } }
    : ctx;

/** What the row knows of the record's version, unless it is the version of another system's record. */
function basisOf({ fields }: GivenRecord, { id }: OpenedRecord['row']): Preconditions {
  if (fields['id'] !== undefined && fields['id'] !== id) return {};
  const { sys_version: version, sys_last_modified_at: modifiedAt } = fields;
  return {
    sysVersion: typeof version === 'number' ? version : undefined,
    sysLastModifiedAt: typeof modifiedAt === 'string' ? modifiedAt : undefined,
  };
}

const ownFields = [
  'billing_address',
  'contact_id',
  'credit_card_type',
  'custom_field_values',
  'expires',
  'last_four_digits',
  'merchant_account_tokens',
  'name',
  'name_on_account',
  'payrix_migrated',
  'sys_external_id',
  'sys_locked',
  'sys_snapshot_base_version',
  'type',
] as const satisfies readonly (keyof StoredPaymentMethod)[];

/** Before any rule, as a row may be one of an export of records that cannot be changed. */
function saysNothingNew(present: StoredPaymentMethod, wanted: Readonly<Record<string, unknown>>): boolean {
  const changed = new Set<string>(changedFields<Readonly<Record<string, unknown>>>(present, wanted));
  return !ownFields.some((name) => changed.has(name));
}

function isSame(before: StoredPaymentMethod, after: StoredPaymentMethod): boolean {
  const changed = changedFields(before, after);
  return !changed.some((name) => !name.startsWith('sys_bulk_load_'));
}
