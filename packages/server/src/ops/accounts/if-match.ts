import type { Context } from '../../context.ts';
import type { AccountPaymentInstrument } from '../../contract/payments.ts';
import { fieldsArgument, integerArgument, OnfileError } from '../../errors.ts';
import type { FoundCustomer } from '../../store/customers.ts';
import { findVersion } from '../../store/records.ts';
import { changedFields, matches } from '../preconditions.ts';
import { type OpenedRecord, openRecord, presentOpened } from '../stored-payment-methods/content.ts';

/**
 * The entity tag of an account's instrument. It names the record too: the pointer may move to another record whose
 * version happens to be the same. Where no record is billed, the account's own version tells cash from bank transfer.
 */
export const instrumentTag = (
  instrument: Pick<AccountPaymentInstrument, 'storedPaymentMethodId' | 'sysVersion' | 'accountVersion'>,
): string => `"${instrument.storedPaymentMethodId ?? 'none'}.${instrument.sysVersion ?? instrument.accountVersion}"`;

/**
 * Throws 412 when the account's instrument is not the one, in the version, that the header names: the error tells the
 * current version and which fields changed. `*` asks for any instrument, so an account without one fails it.
 */
export async function checkIfMatch(
  ctx: Context,
  ifMatch: string | undefined,
  customer: Pick<FoundCustomer, 'account_version'>,
  current: OpenedRecord | null,
): Promise<void> {
  if (ifMatch === undefined) return;
  const tag = instrumentTag({
    accountVersion: customer.account_version,
    ...(current ? { storedPaymentMethodId: current.row.id, sysVersion: current.row.sys_version } : {}),
  });
  if (current ? matches(ifMatch, tag) : ifMatch.trim() !== '*' && matches(ifMatch, tag)) return;
  const changed = current ? await changedSince(ctx, ifMatch, current) : [];
  throw new OnfileError('errormessage.record.precondition.failed', {
    args: [integerArgument(current?.row.sys_version ?? 0), fieldsArgument(changed)],
    reference: 'If-Match',
    headers: { ETag: tag },
  });
}

/** The fields that differ from the version that the tag names; none when it names another record. */
async function changedSince(ctx: Context, ifMatch: string, current: OpenedRecord): Promise<string[]> {
  const [, id, version] = /^\s*"([\w|-]+)\.(\d{1,9})"\s*$/.exec(ifMatch) ?? [];
  if (id !== current.row.id) return [];
  const earlier = await findVersion(ctx.db, ctx.tenant.tenantId, id, { version: Number(version) });
  return earlier ? changedFields(presentOpened(openRecord(ctx, earlier)), presentOpened(current)) : [];
}
