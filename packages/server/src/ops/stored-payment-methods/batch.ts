import { setImmediate } from 'node:timers/promises';
import { containsCardNumber } from '@onfile/card/find-card-number';
import type { Context } from '../../context.ts';
import { withFewerFailures } from '../../contract/failures.ts';
import type { JsonPatch } from '../../contract/json-patch.ts';
import type { StoredPaymentMethod, StoredPaymentMethodCreation } from '../../contract/stored-payment-method.ts';
import type { BatchOperation } from '../../contract/stored-payment-method-batch.ts';
import { OnfileError } from '../../errors.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { runPartOnce } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { createStoredPaymentMethod } from './create.ts';
import { deleteStoredPaymentMethod } from './delete.ts';
import { patchStoredPaymentMethod } from './patch.ts';
import { replaceStoredPaymentMethod } from './replace.ts';

/** How the bodies of the operations are validated; each throws 400 naming the fields that are not right. */
export type BodyReaders = {
  creation: (body: unknown) => StoredPaymentMethodCreation;
  replacement: (body: unknown) => StoredPaymentMethod;
  patch: (body: unknown) => JsonPatch;
};

export type BatchOutcome = { id?: string | undefined } & (
  | { status: 200 | 201; body: StoredPaymentMethod }
  | { error: OnfileError }
);

/**
 * Runs operations one after the other, each in a transaction of its own and with its own outcome: one that fails stops
 * none of the others. Under an Idempotency-Key, what took effect before a crash does so only once, and a failure on our
 * side ends the batch with 503, so that it can be sent again.
 */
export const batchStoredPaymentMethods = operation(
  'STORED_PAYMENT_METHOD_WRITE',
  async (
    ctx: Context,
    { operations, read }: { operations: readonly BatchOperation[]; read: BodyReaders },
  ): Promise<BatchOutcome[]> => {
    const outcomes: BatchOutcome[] = [];
    for (const [n, one] of operations.entries()) {
      try {
        const body = await runPartOnce(ctx, `operation ${n}`, one, (part) => runOne(part, one, read));
        outcomes.push({ id: body.id, status: one.method === 'POST' ? 201 : 200, body });
      } catch (thrown) {
        const error =
          thrown instanceof OnfileError ? thrown : new OnfileError('errormessage.internal', { cause: thrown });
        if (ctx.keyedRequest && isWorthRetry(error))
          throw new OnfileError('errormessage.unavailable', retryLater(error));
        outcomes.push({ id: shownId(one), error: withFewerFailures(error) });
        // What is refused unread takes the processor alone, a hundred times without a pause.
        await setImmediate();
      }
    }
    return outcomes;
  },
);

/** Not an outcome to keep: the batch is to be sent again under its key, and then does what is still to be done. */
const isWorthRetry = ({ status, code }: OnfileError): boolean =>
  status >= 500 || code === 'errormessage.idempotency.key.running';

const retryLater = (cause: OnfileError) => ({ cause, headers: { 'retry-after': '1' } });

/** The id as the caller gave it, unless it is what nobody should have sent. */
const shownId = ({ id }: BatchOperation): string | undefined =>
  id !== undefined && containsCardNumber(id) ? undefined : id;

async function runOne(ctx: Context, { method, id, body }: BatchOperation, read: BodyReaders) {
  refuseCardNumbers(id, 'id');
  if (method === 'POST') {
    if (id !== undefined) throw new OnfileError('errormessage.validation.server.generated', { reference: 'id' });
    return createStoredPaymentMethod(ctx, { body: read.creation(body) });
  }
  if (id === undefined) throw new OnfileError('errormessage.validation.required', { reference: 'id' });
  switch (method) {
    case 'PUT':
      return replaceStoredPaymentMethod(ctx, { id, body: read.replacement(body) });
    case 'PATCH':
      return patchStoredPaymentMethod(ctx, { id, patch: read.patch(body), readBody: read.replacement });
    case 'DELETE':
      if (body !== undefined) throw new OnfileError('errormessage.validation.unknown.field', { reference: 'body' });
      return deleteStoredPaymentMethod(ctx, { id });
  }
}
