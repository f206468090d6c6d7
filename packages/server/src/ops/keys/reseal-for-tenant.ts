import type { Context } from '../../context.ts';
import { type Binding, seal } from '../../crypto/envelope.ts';
import { listKeysWrappedBy, rewrapCustomerKeys } from '../../store/customer-key-rotation.ts';
import { listSealedUnderOthers, replaceSealed, type SealedPlace, sealedPlaces } from '../../store/sealed-for-tenant.ts';
import { signingKeyBinding } from '../access-tokens/signing-key.ts';
import { taskInputBinding } from '../background-tasks/order.ts';
import { resultErrorBinding } from '../bulk-data-operations/results.ts';
import { chunkBinding } from '../bulk-loads/content.ts';
import { fileSecretsBinding } from '../files/sealed.ts';
import type { Advance } from './advance.ts';
import { besideErasures } from './beside-erasures.ts';
import { type OnDamaged, unlessDamaged } from './damaged.ts';

const keysAtOnce = 500;
const beforeAllIds = '00000000-0000-0000-0000-000000000000';
/** A chunk of a bulk load is a megabyte. */
const rowsAtOnce = 20;

const bindings: Readonly<Record<SealedPlace, (tenantId: string, id: readonly string[]) => Binding>> = {
  signing_keys: (tenantId, [kid = '']) => signingKeyBinding(tenantId, kid),
  background_tasks: (tenantId, [taskId = '']) => taskInputBinding(tenantId, taskId),
  bulk_load_chunks: (tenantId, [loadId = '', startsAt]) => chunkBinding(tenantId, loadId, Number(startsAt)),
  bulk_data_operation_results: (tenantId, [operationId = '', recordId = '']) =>
    resultErrorBinding(tenantId, operationId, recordId),
  files: (tenantId, [fileId = '']) => fileSecretsBinding(tenantId, fileId),
};

/**
 * Wraps the customers' keys by the wrapping key of now. Compare-and-set: a key that is destroyed meanwhile stays so, and
 * one that does not open stays as it is.
 */
export async function rewrapForTenant(ctx: Context, advance: Advance, onDamaged: OnDamaged): Promise<void> {
  const { tenantId } = ctx.tenant;
  const [current, ...others] = ctx.keys.every('wrapping');
  if (!current) return;
  for (const { keyId } of others) {
    let after = beforeAllIds;
    for (;;) {
      const page = await listKeysWrappedBy(ctx.db, tenantId, keyId, after, keysAtOnce);
      if (page.length === 0) break;
      const rewrapped = page.flatMap((key) => {
        const row = { table: 'customer_keys', id: key.keyId };
        return unlessDamaged(row, onDamaged, () => ctx.keys.rewrap(key)) ?? [];
      });
      await besideErasures(() => rewrapCustomerKeys(ctx.db, tenantId, rewrapped, keyId, current.keyId));
      await advance(page.length);
      after = page.at(-1)?.keyId ?? after;
    }
  }
}

/**
 * Seals anew what is sealed under an earlier wrapping key itself, but for details of the audit, which never change, and
 * for what does not open.
 */
export async function resealForTenant(ctx: Context, advance: Advance, onDamaged: OnDamaged): Promise<void> {
  const { tenantId } = ctx.tenant;
  const { wrapping } = ctx.keys;
  for (const place of sealedPlaces) {
    let after: readonly string[] | null = null;
    for (;;) {
      const page = await listSealedUnderOthers(ctx.db, tenantId, place, wrapping.keyId, after, rowsAtOnce);
      for (const row of page) {
        const binding = bindings[place](tenantId, row.id);
        const damaged = { table: place, id: row.id.join('/') };
        const clear = unlessDamaged(damaged, onDamaged, () => ctx.keys.open(row.sealed, binding));
        if (!clear) continue;
        const sealed = seal(clear, wrapping, binding);
        clear.fill(0);
        await replaceSealed(ctx.db, tenantId, place, row, { sealed, keyId: wrapping.keyId });
      }
      if (page.length === 0) break;
      await advance(page.length);
      after = page.at(-1)?.id ?? after;
    }
  }
}
