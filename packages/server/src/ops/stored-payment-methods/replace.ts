import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { OnfileError, stringArgument } from '../../errors.ts';
import { findVersion } from '../../store/records.ts';
import { operation, requireScope } from '../operation.ts';
import { changedFields, failedPrecondition, type Preconditions, preconditionError } from '../preconditions.ts';
import { checkExternalId, type NextRecord, recordChange, refuseTakenExternalId, retentionEnd } from './change.ts';
import { type OpenedRecord, openRecord, presentRecord } from './content.ts';
import { type Directive, readDirectives } from './directives.ts';
import { checkMerchantAccounts, ownerOf } from './references.ts';
import { canonicalExpiry, checkFields, checkTokens } from './rules.ts';

/** How often a change without a precondition that fails is tried again after it lost a race. */
const tries = 5;

/**
 * Replaces a record as a whole (contract v1-2025-04-18). Left out optional fields are cleared, except those that
 * DESIGN.md names. Throws 404 for an unknown id, 409 for a lock or an outdated basis, 412 for If-Match, 400 for rules.
 */
export const replaceStoredPaymentMethod = operation(
  'STORED_PAYMENT_METHOD_WRITE',
  async (
    ctx: Context,
    input: { id: string; body: StoredPaymentMethod; ifMatch?: string | undefined },
  ): Promise<StoredPaymentMethod> => {
    const { id, body } = input;
    if (body.id !== id) throw new OnfileError('errormessage.validation.id.mismatch', { reference: 'id' });
    const directives = readDirectives(body.sys_directive);
    if (directives.has('skip-events')) requireScope(ctx, 'EVENT_SKIP');
    checkFields(body);

    for (let attempt = 0; attempt < tries; attempt++) {
      const row = await ctx.readRecord(ctx.tenant.tenantId, id);
      if (!row) throw new OnfileError('errormessage.record.not.found');
      const current = openRecord(ctx, row);
      refuseIfLocked(ctx, current, body);
      await checkMerchantAccounts(ctx, body.merchant_account_tokens);
      const { next, numberChanged } = await applyReplacement(ctx, current, body, directives);
      await checkPreconditions(ctx, current, next, {
        ifMatch: input.ifMatch,
        sysVersion: body.sys_version,
        sysLastModifiedAt: body.sys_last_modified_at,
      });
      const event = !directives.has('skip-events');
      const { change, presented } = recordChange(ctx, {
        current,
        id,
        next,
        action: 'stored_payment_method.replaced',
        event,
      });
      if (directives.has('dry-run')) {
        await checkExternalId(ctx, id, next.fields.sys_external_id);
        return presented;
      }
      const answer = ctx.keepAnswer(presented);
      const outcome = await ctx
        .changeRecord(ctx.tenant.tenantId, {
          ...change,
          ...(numberChanged ? { destroyEarlierNumberAfter: retentionEnd(ctx) } : {}),
          ...(answer ? { answer } : {}),
        })
        .catch(refuseTakenExternalId);
      if (outcome === 'applied') return presented;
    }
    throw new OnfileError('errormessage.concurrent.modification');
  },
);

function refuseIfLocked(ctx: Context, current: OpenedRecord, body: StoredPaymentMethod): void {
  if (!current.row.sys_locked) return;
  if (body.sys_locked === false && ctx.caller.scopes.has('STORED_PAYMENT_METHOD_UNLOCK')) return;
  throw new OnfileError('errormessage.record.locked', { args: [stringArgument(current.row.id)] });
}

async function applyReplacement(
  ctx: Context,
  current: OpenedRecord,
  body: StoredPaymentMethod,
  directives: ReadonlySet<Directive>,
): Promise<{ next: NextRecord; numberChanged: boolean }> {
  const { row, content, dataKey } = current;
  const moved = body.contact_id !== row.contact_id;
  if (moved && row.is_account_instrument) {
    throw new OnfileError('errormessage.record.contact.fixed', { reference: 'contact_id' });
  }
  const before = presentRecord(row, row.contact_id, content);
  const { numberChanged } = checkTokens(before, body, directives);
  const next: NextRecord = {
    fields: {
      type: body.type,
      credit_card_type: body.credit_card_type,
      last_four_digits: body.last_four_digits,
      expires: body.expires === undefined ? null : canonicalExpiry(body.expires),
      payrix_migrated: body.payrix_migrated ?? null,
      sys_external_id: body.sys_external_id ?? row.sys_external_id,
      sys_locked: body.sys_locked ?? row.sys_locked,
      sys_snapshot_base_version: body.sys_snapshot_base_version ?? row.sys_snapshot_base_version,
    },
    content: {
      name: body.name,
      name_on_account: body.name_on_account,
      billing_address: body.billing_address,
      merchant_account_tokens: body.merchant_account_tokens,
      custom_field_values: body.custom_field_values ?? content.custom_field_values,
      ...(numberChanged || content.network === undefined ? {} : { network: content.network }),
    },
    customer: moved
      ? await ownerOf(ctx, body.contact_id)
      : { customerId: row.customer_id, contactId: row.contact_id, dataKey },
  };
  // A number that is sealed for one customer never follows the record to another.
  return { next, numberChanged: numberChanged || moved };
}

/** Preconditions count only where the answer would otherwise be 2xx, so the last other refusal comes before theirs. */
async function checkPreconditions(
  ctx: Context,
  current: OpenedRecord,
  next: NextRecord,
  given: Preconditions,
): Promise<void> {
  const failure = failedPrecondition(ctx.tenant.concurrencyPolicy, current.row, given);
  if (!failure) return;
  await checkExternalId(ctx, current.row.id, next.fields.sys_external_id);
  const { basis } = failure;
  const base = basis && (await findVersion(ctx.db, ctx.tenant.tenantId, current.row.id, basis));
  const changed = base ? changedFields(presentOpened(openRecord(ctx, base)), presentOpened(current)) : [];
  throw preconditionError(failure, current.row, changed);
}

const presentOpened = ({ row, content }: OpenedRecord): StoredPaymentMethod =>
  presentRecord(row, row.contact_id, content);
