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
  versionName,
} from '../../store/sealed-for-customer.ts';
import { tokenBinding } from '../gateway-tokens/tasks.ts';
import { secretBinding } from '../instruments/vault.ts';
import { requestBinding } from '../payment-requests/content.ts';
import { contentBinding } from '../stored-payment-methods/content.ts';
import { besideErasures } from './beside-erasures.ts';
import { type OnDamaged, unlessDamaged } from './damaged.ts';

const rowsAtOnce = 100;

const bindings: Readonly<Record<CustomersPlace, (ctx: Context, id: string) => Binding>> = {
  vault_secrets: secretBinding,
  payment_requests: requestBinding,
  token_tasks: tokenBinding,
};

type Keys = { from: DataKey; to: DataKey };

/**
 * Seals anew what is sealed under a customer's key before: versions and the records that share their ciphertext, numbers,
 * what was entered, tokens to retire. Each row by itself, and only while it is as it was read; no version is made. What
 * does not open stays as it is.
 */
export async function resealForCustomer(ctx: Context, { from, to }: Keys, onDamaged: OnDamaged): Promise<void> {
  await resealVersions(ctx, { from, to }, onDamaged);
  for (const place of customersPlaces) await resealPlace(ctx, place, { from, to }, onDamaged);
  await moveEmptyRequests(ctx.db, ctx.tenant.tenantId, from.keyId, to.keyId);
}

async function resealVersions({ db, tenant }: Context, { from, to }: Keys, onDamaged: OnDamaged): Promise<void> {
  const { tenantId } = tenant;
  const damaged: string[] = [];
  for (;;) {
    const page = await listVersionsUnderKey(db, tenantId, from.keyId, damaged, rowsAtOnce);
    for (const version of page) {
      const row = { table: 'stored_payment_method_versions', id: versionName(version) };
      const binding = contentBinding(tenantId, version);
      const sealed = unlessDamaged(row, onDamaged, () => reseal(version.sealed, from, to, binding));
      if (sealed) {
        await besideErasures(() => moveVersionToKey(db, tenantId, { ...version, sealed }, from.keyId, to.keyId));
      } else damaged.push(row.id);
    }
    if (page.length < rowsAtOnce) return;
  }
}

async function resealPlace(
  ctx: Context,
  place: CustomersPlace,
  { from, to }: Keys,
  onDamaged: OnDamaged,
): Promise<void> {
  const { db } = ctx;
  const { tenantId } = ctx.tenant;
  const damaged: string[] = [];
  for (;;) {
    const page = await listUnderKey(db, tenantId, place, from.keyId, damaged, rowsAtOnce);
    for (const row of page) {
      const binding = bindings[place](ctx, row.id);
      const read = () => reseal(row.sealed, from, to, binding);
      const sealed = unlessDamaged({ table: place, id: row.id }, onDamaged, read);
      if (sealed) await besideErasures(() => moveToKey(db, tenantId, place, row, { keyId: to.keyId, sealed }));
      else damaged.push(row.id);
    }
    if (page.length < rowsAtOnce) return;
  }
}
