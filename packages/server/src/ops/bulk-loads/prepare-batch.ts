import { setImmediate as yieldOnce } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import type { RowResult } from '../../store/bulk-load-results.ts';
import { type Looked, lookUp, nextCustomerIds } from '../../store/bulk-lookups.ts';
import type { FoundCustomer } from '../../store/customers.ts';
import type { RecordChange } from '../../store/record-change.ts';
import type { FoundRecord } from '../../store/records.ts';
import type { NextRecord } from '../stored-payment-methods/change.ts';
import { asOwner } from '../stored-payment-methods/references.ts';
import { keysOf } from './batches.ts';
import type { FileRow } from './file-rows.ts';
import { type NewContact, newContact } from './new-contact.ts';
import { prepareRow, targetOf } from './prepare-row.ts';
import type { BulkLoadInput } from './progress.ts';
import { failedRow } from './row-result.ts';

/** Rows that passed or failed the rules, ready to be written in one transaction. */
export type PreparedBatch = {
  rows: readonly FileRow[];
  results: RowResult[];
  changes: RecordChange[];
  contacts: NewContact[];
  /** What the batch names, and the records that it is about: rows about the same must wait until it is written. */
  keys: ReadonlySet<string>;
};

/** What the rules for one row need to know of the others and of what is on file. */
export type BatchFacts = {
  loadId: string;
  input: BulkLoadInput;
  byId: ReadonlyMap<string, FoundRecord>;
  byExternalId: ReadonlyMap<string, FoundRecord>;
  /** Throws 409 when there is no such contact, nor is one to be made. */
  ownerOf: (contactId: string, name: string) => NextRecord['customer'];
};

/**
 * Thrown when a batch has to be taken in smaller ones: the records on file are too large to be worked on together, or a
 * row is about one that an earlier row changes, and must see what that made of it.
 */
export class MustBeSplit extends Error {
  override readonly name = 'MustBeSplit';
}

const rowsAtOnce = 50;

const textsOf = (rows: readonly FileRow[], name: string): string[] => [
  ...new Set(
    rows.flatMap((row) =>
      'given' in row && typeof row.given.fields[name] === 'string' ? [row.given.fields[name]] : [],
    ),
  ),
];

/** The names by which a batch must not overlap with one that is being written. */
export const batchKeys = (rows: readonly FileRow[]): string[] => [
  ...rows.flatMap(keysOf),
  ...textsOf(rows, 'contact_id').map((id) => `contact ${id}`),
];

/**
 * Applies the rules to the rows of a batch, each as if it came alone: looks up what they name, in one round trip, and
 * makes the versions that they lead to. Throws `MustBeSplit`, never for a single row.
 */
export async function prepareBatch(
  ctx: Context,
  load: { loadId: string; input: BulkLoadInput },
  rows: readonly FileRow[],
): Promise<PreparedBatch> {
  const looked = await lookUp(ctx.db, ctx.tenant.tenantId, {
    ids: textsOf(rows, 'id'),
    externalIds: textsOf(rows, 'sys_external_id'),
    contactIds: textsOf(rows, 'contact_id'),
  });
  if (looked.mayBeCut && rows.length > 1) throw new MustBeSplit('the records on file are too large');
  const { contacts, ownerOf } = await owners(ctx, load.input, looked, rows);
  const facts: BatchFacts = {
    ...load,
    byId: new Map(looked.records.map((record) => [record.id, record])),
    byExternalId: new Map(
      looked.records.flatMap((record) => (record.sys_external_id === null ? [] : [[record.sys_external_id, record]])),
    ),
    ownerOf,
  };
  const results: RowResult[] = [];
  const changes = new Map<string, RecordChange>();
  const targets = new Set<string>();
  for (const [n, row] of rows.entries()) {
    if (n % rowsAtOnce === rowsAtOnce - 1) await yieldOnce();
    if ('error' in row) {
      results.push(failedRow(row.recordNo, row.error));
      continue;
    }
    const target = targetOf(facts, row.given);
    // Whatever it comes to, `unchanged` and a refusal too, it would come to by a version that is about to be replaced.
    if (target && changes.has(target.id)) throw new MustBeSplit('an earlier row of the batch changes the record');
    if (target) targets.add(`id ${target.id}`);
    const { result, change } = await prepareRow(ctx, facts, row.recordNo, row.given, target);
    results.push(result);
    if (change) changes.set(change.record.id, change);
  }
  const made = [...contacts.values()];
  const keys = new Set([...rows.flatMap(keysOf), ...targets, ...made.map(({ row }) => `contact ${row.contact_id}`)]);
  return { rows, results, changes: [...changes.values()], contacts: made, keys };
}

/** How the contacts of rows are found, and those that are made on the way. */
async function owners(
  ctx: Context,
  { missing_contacts, dry_run }: BulkLoadInput,
  looked: Looked,
  rows: readonly FileRow[],
) {
  const known = new Map<string, FoundCustomer>(looked.customers.map((customer) => [customer.contact_id, customer]));
  const contacts = new Map<string, NewContact>();
  const missing = missing_contacts === 'create' ? textsOf(rows, 'contact_id').filter((id) => !known.has(id)) : [];
  // A dry run takes no ids: nobody sees what it makes.
  const ids = dry_run || missing.length === 0 ? [] : await nextCustomerIds(ctx.db, missing.length);
  const ownerOf: BatchFacts['ownerOf'] = (contactId, name) => {
    const customer = known.get(contactId) ?? null;
    if (customer || !missing.includes(contactId)) return asOwner(ctx, customer);
    let made = contacts.get(contactId);
    if (!made) {
      made = newContact(ctx, ids[contacts.size] ?? 0, contactId, name);
      contacts.set(contactId, made);
    }
    return { customerId: made.row.customer_id, contactId, dataKey: made.dataKey };
  };
  return { contacts, ownerOf };
}
