import type { Context } from '../../context.ts';
import { fieldsArgument, integerArgument, OnfileError } from '../../errors.ts';
import { findVersion } from '../../store/records.ts';
import { entityTag } from '../preconditions.ts';
import { recordChange } from '../stored-payment-methods/change.ts';
import { type OpenedRecord, openRecord, presentOpened } from '../stored-payment-methods/content.ts';
import { deletionOf, refuseDeletion } from '../stored-payment-methods/delete.ts';
import { passLock } from '../stored-payment-methods/lock.ts';
import { ownerOf } from '../stored-payment-methods/references.ts';
import { refuseOtherContact, refuseOtherNumber, restoredRecord } from '../stored-payment-methods/restore.ts';
import { type Claims, claimExternalId } from './claims.ts';
import { markOf } from './judge-record.ts';
import { fieldsOfChange, type Verdict, verdictOn } from './verdict.ts';

/** What an undo knows of one record that the operation changed. */
export type Undoing = {
  operationId: string;
  /** The operation that is undone, and the version that it made. */
  undone: { id: string; version: number };
  /** The version before it; null when it is no longer kept. */
  earlier: OpenedRecord | null;
  /** Whether an operation by this id undid the same one. */
  isUndo: (operationId: string) => Promise<boolean>;
  claimed: Claims;
};

/**
 * Brings back what a record was before an operation, if that made its current version. The rules are those of restoring
 * a version or of deleting, except that the lock is as before too: only who may unlock undoes a lock.
 */
export const judgeUndo = (ctx: Context, current: OpenedRecord, undoing: Undoing): Promise<Verdict> =>
  verdictOn(current, async () => {
    const { operationId, earlier } = undoing;
    if (await isUndone(current, undoing)) return { outcome: 'skipped' };
    await refuseChangedSince(ctx, current, undoing);
    if (!earlier) throw new OnfileError('errormessage.record.version.not.found', { reference: 'sys_version' });
    const before = presentOpened(current);
    const marks = markOf(operationId, current);
    if (earlier.row.sys_deleted_at) {
      await refuseDeletion(ctx, current, entityTag(current.row.sys_version));
      const { change, presented: after } = await deletionOf(ctx, current, marks);
      return { outcome: 'changed', change, before, after };
    }
    refuseOtherContact(current.row, earlier.row);
    // A contact that was deactivated gets no record, so none back either.
    if (current.row.sys_deleted_at) await ownerOf(ctx, current.row.contact_id);
    passLock(ctx, current, { staysLocked: earlier.row.sys_locked === true, directives: new Set() });
    refuseOtherNumber(current, earlier);
    const restored = restoredRecord(current, earlier);
    const { change, presented: after } = await recordChange(ctx, {
      current,
      id: current.row.id,
      next: {
        fields: { ...restored.fields, sys_locked: earlier.row.sys_locked },
        content: { ...restored.content, ...(earlier.content.lock ? { lock: earlier.content.lock } : {}) },
        customer: restored.customer,
        marks,
      },
      action: 'stored_payment_method.restored',
      event: { restored_version: earlier.row.sys_version },
    });
    const isBack = current.row.sys_deleted_at !== null;
    if (!isBack && fieldsOfChange(before, after).length === 0) return { outcome: 'unchanged' };
    await claimExternalId(ctx, undoing.claimed, current.row, change.record);
    const spared = isBack ? { sparesNumberOf: current.row.sys_version } : {};
    return { outcome: 'changed', change, before, after, ...spared };
  });

/** The operation whose mark says that it made the current version; undefined when something else made it. */
function lastMaker({ row }: OpenedRecord): string | undefined {
  const mark = row.marks?.bulk_operation;
  return mark?.sys_version === row.sys_version ? mark.id : undefined;
}

async function isUndone(current: OpenedRecord, { undone, isUndo }: Undoing): Promise<boolean> {
  const maker = lastMaker(current);
  return maker !== undefined && maker !== undone.id && isUndo(maker);
}

/** Throws 409 with the current version and what changed since the operation. */
async function refuseChangedSince(ctx: Context, current: OpenedRecord, { undone }: Undoing): Promise<void> {
  const { row } = current;
  if (lastMaker(current) === undone.id && row.sys_version === undone.version) return;
  const base = await findVersion(ctx.db, ctx.tenant.tenantId, row.id, { version: undone.version });
  const changed = base ? fieldsOfChange(presentOpened(openRecord(ctx, base)), presentOpened(current)) : [];
  throw new OnfileError('errormessage.record.version.conflict', {
    args: [integerArgument(row.sys_version), fieldsArgument(changed)],
    reference: 'sys_version',
  });
}
