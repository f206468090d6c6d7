import type { Context } from '../../context.ts';
import type { RestoredRecord } from '../../contract/stored-payment-method-history.ts';
import { OnfileError, stringArgument } from '../../errors.ts';
import { applyRecordChange } from '../../store/record-changes.ts';
import { type FoundRecord, findVersion } from '../../store/records.ts';
import { spareNumber } from '../../store/vault-secrets.ts';
import { keptFacts } from '../instruments/kept.ts';
import { retryLostRace } from '../lost-race.ts';
import { operation } from '../operation.ts';
import { checkExternalId, type NextRecord, recordChange, refuseTakenExternalId } from './change.ts';
import { type OpenedRecord, openRecord } from './content.ts';
import { requireCurrentVersion } from './current-version.ts';
import { findRecordEvenDeleted } from './find.ts';
import { refuseAnyLock } from './lock.ts';
import { ownerOf } from './references.ts';
import { numberFields } from './rules.ts';
import { unchangedRecord } from './unchanged.ts';

type Input = { id: string; version?: number | undefined; ifMatch?: string | undefined };

/**
 * Makes an earlier version's content the next version, or brings a deleted record back. The number and its tokens stay
 * as they are, and so does the expiry of tokens that were renewed since: those of the version that are out of use are
 * named, never revived. Throws 404 for an unknown id or version, 409 when the record is locked, holds another number
 * since, or was another contact's then, 412 for If-Match.
 */
export const restoreStoredPaymentMethod = operation(
  'STORED_PAYMENT_METHOD_WRITE',
  async (ctx: Context, input: Input): Promise<RestoredRecord> =>
    retryLostRace(async () => {
      const current = await findRecordEvenDeleted(ctx, input.id);
      const earlier = await versionToRestore(ctx, current, input.version);
      // A contact that was deactivated gets no record, so none back either.
      if (current.row.sys_deleted_at) await ownerOf(ctx, current.row.contact_id);
      refuseAnyLock(ctx, current);
      refuseOtherNumber(current, earlier);
      await requireCurrentVersion(ctx, current, { ifMatch: input.ifMatch }, () =>
        checkExternalId(ctx, input.id, earlier.row.sys_external_id),
      );
      return applyRestoration(ctx, current, earlier);
    }),
);

async function versionToRestore(
  ctx: Context,
  current: OpenedRecord,
  version: number | undefined,
): Promise<OpenedRecord> {
  if (version === undefined) {
    if (current.row.sys_deleted_at) return current;
    throw new OnfileError('errormessage.validation.required', { reference: 'sys_version' });
  }
  const row = await findVersion(ctx.db, ctx.tenant.tenantId, current.row.id, { version });
  if (!row) throw new OnfileError('errormessage.record.version.not.found', { reference: 'sys_version' });
  refuseOtherContact(current.row, row);
  return openRecord(ctx, row);
}

/** Throws 409: what is sealed for one customer never becomes another's. */
export function refuseOtherContact(current: FoundRecord, earlier: FoundRecord): void {
  if (earlier.customer_id !== current.customer_id) {
    throw new OnfileError('errormessage.record.version.other.contact', { reference: 'sys_version' });
  }
}

/** Throws 409: the tokens of a number that was replaced are retired at their gateways, it cannot be billed again. */
export function refuseOtherNumber(current: OpenedRecord, earlier: OpenedRecord): void {
  if (numberFields.every((field) => current.row[field] === earlier.row[field])) return;
  const accounts = earlier.content.merchant_account_tokens.map((token) => token.merchant_account_id);
  throw new OnfileError('errormessage.record.version.other.number', {
    args: [stringArgument(accounts.join(', '))],
    reference: 'sys_version',
  });
}

/** What a record becomes when an earlier version is restored; its tokens, lock and number stay. */
export function restoredRecord(current: OpenedRecord, earlier: OpenedRecord): NextRecord {
  const { fields, content } = unchangedRecord(earlier);
  const { merchant_account_tokens: tokens } = current.content;
  const { mandate: _, bankAccount: __, wallet: ___, network: ____, lock: _____, ...described } = content;
  // The expiry belongs to the tokens: an earlier one beside newer tokens would be stale.
  const isRenewed = tokens.some(({ token }) => !content.merchant_account_tokens.some((one) => one.token === token));
  const expires = isRenewed ? current.row.expires : fields.expires;
  return {
    fields: { ...fields, expires, sys_locked: current.row.sys_locked },
    content: { ...described, ...keptFacts(current.content), merchant_account_tokens: tokens },
    customer: unchangedRecord(current).customer,
  };
}

async function applyRestoration(
  ctx: Context,
  current: OpenedRecord,
  earlier: OpenedRecord,
): Promise<RestoredRecord | 'lost'> {
  const { change, presented } = await recordChange(ctx, {
    current,
    id: current.row.id,
    next: restoredRecord(current, earlier),
    action: 'stored_payment_method.restored',
    event: { restored_version: earlier.row.sys_version },
  });
  const inUse = new Set(current.content.merchant_account_tokens.map(({ token }) => token));
  const retired = earlier.content.merchant_account_tokens.filter(({ token }) => !inUse.has(token));
  const result: RestoredRecord = {
    record: presented,
    retired_tokens: retired.map(({ merchant_account_id }) => ({ merchant_account_id })),
  };
  const answer = ctx.keepAnswer(result);
  return ctx.db
    .transaction(ctx.tenant.tenantId, async (tx) => {
      const outcome = await applyRecordChange(tx, { ...change, ...(answer ? { answer } : {}) });
      if (outcome === 'lost') return outcome;
      if (current.row.sys_deleted_at) await spareNumber(tx, current.row.id, current.row.sys_version);
      return result;
    })
    .catch(refuseTakenExternalId);
}
