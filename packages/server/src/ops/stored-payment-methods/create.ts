import { v7 as timeOrderedUuid } from 'uuid';
import type { Context } from '../../context.ts';
import { Failures } from '../../contract/failures.ts';
import type { StoredPaymentMethod, StoredPaymentMethodCreation } from '../../contract/stored-payment-method.ts';
import { OnfileError } from '../../errors.ts';
import type { RecordChange } from '../../store/record-change.ts';
import type { RecordMarks } from '../../store/records.ts';
import { checkCustomFieldValues, customFieldRules } from '../custom-fields/check-values.ts';
import { operation } from '../operation.ts';
import { checkExternalId, type NextRecord, recordChange, refuseTakenExternalId } from './change.ts';
import { type Directive, givenDirectives } from './directives.ts';
import { checkMerchantAccounts, ownerOf } from './references.ts';
import { checkFields } from './rules.ts';
import { writtenContent, writtenFields } from './written-record.ts';

export const newRecordId = (): string => `spm_${timeOrderedUuid()}`;

/** Puts a record on file under an id that the server makes. Throws 400 when the body brings an id, 409 for references. */
export const createStoredPaymentMethod = operation(
  'STORED_PAYMENT_METHOD_WRITE',
  async (ctx: Context, { body }: { body: StoredPaymentMethodCreation }): Promise<StoredPaymentMethod> => {
    const { change, presented, directives } = await prepareCreation(ctx, body);
    if (directives.has('dry-run')) {
      await checkExternalId(ctx, change.record.id, change.record.sys_external_id);
      return presented;
    }
    const answer = ctx.keepAnswer(presented);
    const outcome = await ctx
      .changeRecord(ctx.tenant.tenantId, { ...change, ...(answer ? { answer } : {}) })
      .catch(refuseTakenExternalId);
    if (outcome !== 'applied') throw new OnfileError('errormessage.concurrent.modification');
    return presented;
  },
);

/** A creation that passed every rule, ready to be written. */
export type PreparedCreation = {
  change: RecordChange;
  presented: StoredPaymentMethod;
  directives: ReadonlySet<Directive>;
};

/**
 * What a body makes a new record of, by all rules of one. Throws 400 for its fields, 403 for a directive that the caller
 * may not give, 409 for references; `findOwner` answers the contact when it is at hand already.
 */
export async function prepareCreation(
  ctx: Context,
  body: StoredPaymentMethodCreation,
  { marks, findOwner = () => ownerOf(ctx, body.contact_id) }: CreationOptions = {},
): Promise<PreparedCreation> {
  const directives = checkWritten(ctx, body);
  await checkMerchantAccounts(ctx, body.merchant_account_tokens);
  const customFieldValues = checkCustomFieldValues(await customFieldRules(ctx), body.custom_field_values, null);
  const { change, presented } = await recordChange(ctx, {
    current: null,
    id: newRecordId(),
    next: {
      fields: writtenFields(body),
      content: writtenContent(body, customFieldValues),
      customer: await findOwner(),
      ...(marks ? { marks } : {}),
    },
    action: 'stored_payment_method.created',
    event: !directives.has('skip-events'),
  });
  return { change, presented, directives };
}

/** The rules that need nothing but the body. */
function checkWritten(ctx: Context, body: StoredPaymentMethodCreation): ReadonlySet<Directive> {
  const failures = new Failures();
  if (body.id !== undefined) {
    failures.add(new OnfileError('errormessage.validation.server.generated', { reference: 'id' }));
  }
  const directives = failures.check(() => givenDirectives(ctx, body.sys_directive));
  failures.check(() => checkFields(body));
  return failures.passed(directives);
}

type CreationOptions = { marks?: RecordMarks; findOwner?: () => Promise<NextRecord['customer']> };
