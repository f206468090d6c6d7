import type { Context } from '../../context.ts';
import { type RetentionKind, retentionKinds } from '../../contract/retention.ts';
import { removeCutEntries } from '../../store/audit-cuts.ts';
import type { Transaction } from '../../store/database.ts';
import {
  holdRetention,
  noteRetention,
  removeEvents,
  removePaymentSessions,
  removeRecordHistory,
  removeTasks,
  type Stretch,
} from '../../store/retention.ts';
import { cutAudit } from '../audit/cut.ts';
import { emptyDeletedRecords } from './empty-deleted-records.ts';
import { keptSince } from './retention-days.ts';

/** Few enough that nobody waits for a stretch for longer than some milliseconds. */
const atOnce = 1000;
const recordsAtOnce = 50;

type Remove = (tx: Transaction, ctx: Context, from: { heldTo: Date; until: Date }) => Promise<Stretch>;

const removals: Readonly<Record<RetentionKind, Remove>> = {
  recordHistory: (tx, _, { heldTo, until }) => removeRecordHistory(tx, heldTo, until, atOnce),
  deletedRecords: (tx, ctx, { until }) => emptyDeletedRecords(tx, ctx, until, recordsAtOnce),
  async audit(tx, ctx, { until }) {
    await cutAudit(tx, ctx, until);
    const removed = await removeCutEntries(tx, atOnce);
    return { removed, heldTo: until, mayGoOn: removed === atOnce };
  },
  events: (tx, _, { until }) => removeEvents(tx, until, atOnce),
  backgroundTasks: (tx, _, { until }) => removeTasks(tx, until, atOnce),
  paymentSessions: (tx, _, { until }) => removePaymentSessions(tx, until, atOnce),
};

export type Removed = Partial<Record<RetentionKind, number>>;

/**
 * Removes what a tenant has kept for longer than it keeps it, in stretches of a transaction each; of several processes
 * one does each kind. Answers how many of each kind it removed. Stops between two stretches when `shouldStop` says so.
 */
export async function holdToRetention(ctx: Context, shouldStop: () => boolean = () => false): Promise<Removed> {
  const removed: Removed = {};
  for (const kind of retentionKinds) {
    for (let mayGoOn = true; mayGoOn && !shouldStop(); ) {
      const stretch = await ctx.db.transaction(ctx.tenant.tenantId, (tx) => removeStretch(tx, ctx, kind));
      if (stretch && stretch.removed > 0) removed[kind] = (removed[kind] ?? 0) + stretch.removed;
      mayGoOn = stretch?.mayGoOn ?? false;
    }
  }
  return removed;
}

async function removeStretch(tx: Transaction, ctx: Context, kind: RetentionKind): Promise<Stretch | null> {
  const heldTo = await holdRetention(tx, kind);
  if (!heldTo) return null;
  const now = ctx.now();
  const stretch = await removals[kind](tx, ctx, { heldTo, until: keptSince(ctx.tenant, kind, now) });
  await noteRetention(tx, kind, stretch, now);
  return stretch;
}
