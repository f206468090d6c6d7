import type { Context } from '../../context.ts';
import { type Binding, type DataKey, reseal } from '../../crypto/envelope.ts';
import {
  type CustomersPlace,
  customersPlaces,
  listUnderKey,
  listVersionsUnderKey,
  moveEmptyRequests,
  moveToKey,
  moveVersionToKey,
} from '../../store/sealed-for-customer.ts';
import { tokenBinding } from '../gateway-tokens/tasks.ts';
import { secretBinding } from '../instruments/vault.ts';
import { requestBinding } from '../payment-requests/content.ts';
import { contentBinding } from '../stored-payment-methods/content.ts';

const rowsAtOnce = 100;

const bindings: Readonly<Record<CustomersPlace, (ctx: Context, id: string) => Binding>> = {
  vault_secrets: secretBinding,
  payment_requests: requestBinding,
  token_tasks: tokenBinding,
};

/**
 * Seals anew what is sealed under a customer's key before: versions and the records that share their ciphertext, numbers,
 * what was entered, tokens to retire. Each row by itself, and only while it is as it was read; no version is made.
 */
export async function resealForCustomer(ctx: Context, from: DataKey, to: DataKey): Promise<void> {
  const { db } = ctx;
  const { tenantId } = ctx.tenant;
  for (;;) {
    const page = await listVersionsUnderKey(db, tenantId, from.keyId, rowsAtOnce);
    for (const version of page) {
      const sealed = reseal(version.sealed, from, to, contentBinding(tenantId, version));
      await moveVersionToKey(db, tenantId, { ...version, sealed }, from.keyId, to.keyId);
    }
    if (page.length < rowsAtOnce) break;
  }
  for (const place of customersPlaces) {
    for (;;) {
      const page = await listUnderKey(db, tenantId, place, from.keyId, rowsAtOnce);
      for (const row of page) {
        const sealed = reseal(row.sealed, from, to, bindings[place](ctx, row.id));
        await moveToKey(db, tenantId, place, row, { keyId: to.keyId, sealed });
      }
      if (page.length < rowsAtOnce) break;
    }
  }
  await moveEmptyRequests(db, tenantId, from.keyId, to.keyId);
}
