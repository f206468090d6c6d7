import type { Context } from '../../context.ts';
import type { JsonPatch } from '../../contract/json-patch.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { applyJsonPatch } from '../json-patch.ts';
import { operation } from '../operation.ts';
import { checkBody, updateRecord } from './update.ts';

type Input = {
  id: string;
  patch: JsonPatch;
  /** Validates the patched record as the body that replaces one; throws 400 naming the fields that are not right. */
  readBody: (body: unknown) => StoredPaymentMethod;
  ifMatch?: string | undefined;
};

/**
 * Changes a record by a JSON Patch of what GET answers (RFC 6902); what comes out obeys the same rules as a replacement.
 * Its basis is what the patch tests and If-Match alone: after a lost race it is applied again to the newer version, so
 * that patches of different fields all survive. Throws as a replacement does, 409 when a test fails.
 */
export const patchStoredPaymentMethod = operation(
  'STORED_PAYMENT_METHOD_WRITE',
  async (ctx: Context, { id, patch, readBody, ifMatch }: Input): Promise<StoredPaymentMethod> =>
    updateRecord(ctx, id, 'stored_payment_method.patched', (current) => {
      const body = readBody(applyJsonPatch(current, patch));
      return { body, directives: checkBody(ctx, id, body), preconditions: { ifMatch } };
    }),
);
