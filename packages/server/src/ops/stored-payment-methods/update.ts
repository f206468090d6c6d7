import type { Context } from '../../context.ts';
import { Failures } from '../../contract/failures.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { RecordLock } from '../../contract/stored-payment-method-lock.ts';
import { OnfileError } from '../../errors.ts';
import type { RecordChange } from '../../store/record-change.ts';
import type { RecordMarks } from '../../store/records.ts';
import { checkCustomFieldValues, customFieldRules } from '../custom-fields/check-values.ts';
import { inTurn } from '../in-turn.ts';
import { keptFacts } from '../instruments/kept.ts';
import { retryLostRace } from '../lost-race.ts';
import type { Preconditions } from '../preconditions.ts';
import { checkExternalId, type NextRecord, recordChange, refuseTakenExternalId, retentionEnd } from './change.ts';
import { type OpenedRecord, presentOpened } from './content.ts';
import { requireCurrentVersion } from './current-version.ts';
import { type Directive, givenDirectives } from './directives.ts';
import { findRecord } from './find.ts';
import { passLock } from './lock.ts';
import { checkMerchantAccounts, ownerOf } from './references.ts';
import { checkFields, checkTokens } from './rules.ts';
import { writtenContent, writtenFields } from './written-record.ts';

/** What a record is to become, as a whole: an optional field that it leaves out is cleared. */
export type Update = {
  body: StoredPaymentMethod;
  directives: ReadonlySet<Directive>;
  preconditions: Preconditions;
};

type UpdateAction = 'stored_payment_method.replaced' | 'stored_payment_method.patched';

const mostRetries = 20;

/** The rules of a body that need no record: throws 400 for its fields, 403 for a directive that the caller may not give. */
export function checkBody(ctx: Context, id: string, body: StoredPaymentMethod): ReadonlySet<Directive> {
  const failures = new Failures();
  if (body.id !== id) failures.add(new OnfileError('errormessage.validation.id.mismatch', { reference: 'id' }));
  const directives = failures.check(() => givenDirectives(ctx, body.sys_directive));
  failures.check(() => checkFields(body));
  return failures.passed(directives);
}

/**
 * Makes the next version of a record. `updateOf` is given what the record is and answers what it is to become; after a
 * lost race it is asked again. Throws 404 for an unknown id, 409 for a lock or an outdated basis, 412, 428, 400 for rules.
 */
export async function updateRecord(
  ctx: Context,
  id: string,
  action: UpdateAction,
  updateOf: (current: StoredPaymentMethod) => Update,
): Promise<StoredPaymentMethod> {
  const attempt = async () => {
    const current = await findRecord(ctx, id);
    const update = updateOf(presentOpened(current));
    const { change, presented, checkId } = await prepareUpdate(ctx, current, action, update);
    if (update.directives.has('dry-run')) {
      await checkId();
      return presented;
    }
    const answer = ctx.keepAnswer(presented);
    const outcome = await ctx
      .changeRecord(ctx.tenant.tenantId, { ...change, ...(answer ? { answer } : {}) })
      .catch(refuseTakenExternalId);
    return outcome === 'applied' ? presented : outcome;
  };
  const first = await attempt();
  if (first !== 'lost') return first;
  // The losers of one process queue up, so that of many patches none is starved; other processes stay rivals.
  return inTurn(`${ctx.tenant.tenantId} ${id}`, () => retryLostRace(attempt, mostRetries));
}

/** An update that passed every rule, ready to be written. */
export type PreparedUpdate = {
  change: RecordChange;
  presented: StoredPaymentMethod;
  /** Throws 409 when another record has the external id, which otherwise shows when it is written. */
  checkId: () => Promise<void>;
};

/** What an update makes of a record, by all rules of one. Throws as `updateRecord` does. */
export async function prepareUpdate(
  ctx: Context,
  current: OpenedRecord,
  action: UpdateAction,
  { body, directives, preconditions, marks }: Update & { marks?: RecordMarks },
): Promise<PreparedUpdate> {
  const { id } = current.row;
  const overridden = passLock(ctx, current, { staysLocked: body.sys_locked === true, directives });
  await checkMerchantAccounts(ctx, body.merchant_account_tokens);
  const { next, numberChanged } = await nextRecord(ctx, current, body, { directives, overridden });
  const checkId = () => checkExternalId(ctx, id, next.fields.sys_external_id);
  await requireCurrentVersion(ctx, current, preconditions, checkId);
  const { change, presented } = await recordChange(ctx, {
    current,
    id,
    next: { ...next, ...(marks ? { marks } : {}) },
    action,
    event: !directives.has('skip-events'),
    overridden,
  });
  const destroyEarlierNumberAfter = numberChanged ? { destroyEarlierNumberAfter: retentionEnd(ctx) } : {};
  return { change: { ...change, ...destroyEarlierNumberAfter }, presented, checkId };
}

async function nextRecord(
  ctx: Context,
  current: OpenedRecord,
  body: StoredPaymentMethod,
  { directives, overridden }: { directives: ReadonlySet<Directive>; overridden: RecordLock | null },
): Promise<{ next: NextRecord; numberChanged: boolean }> {
  const { row, content, dataKey } = current;
  const moved = body.contact_id !== row.contact_id;
  if (moved && row.is_account_instrument) {
    throw new OnfileError('errormessage.record.contact.fixed', { reference: 'contact_id' });
  }
  const { numberChanged } = checkTokens(presentOpened(current), body, directives);
  const rules = await customFieldRules(ctx);
  const next: NextRecord = {
    fields: writtenFields(body),
    content: {
      ...writtenContent(body, checkCustomFieldValues(rules, body.custom_field_values, content.custom_field_values)),
      ...(overridden ? { lock: overridden } : {}),
      // Another customer's record is debited by a mandate of its own.
      ...(numberChanged ? {} : keptFacts(moved ? { ...content, mandate: undefined } : content)),
    },
    customer: moved
      ? await ownerOf(ctx, body.contact_id)
      : { customerId: row.customer_id, contactId: row.contact_id, dataKey },
  };
  // A number that is sealed for one customer never follows the record to another.
  return { next, numberChanged: numberChanged || moved };
}
