import type { Caller, Context, Services } from '../../context.ts';
import { deriveKey } from '../../crypto/derived-key.ts';
import type { DataKey } from '../../crypto/envelope.ts';
import { keyedHash, sameHash } from '../../crypto/keyed-hash.ts';
import { appendErasure, type RegisteredErasure, readRegister } from '../../store/erasure-register-file.ts';
import { type ErasureRow, findErasedCustomers, noteRegisteredErasure } from '../../store/erasures.ts';
import { listTenantIds } from '../../store/tenants.ts';
import { tenantContext } from '../tenants/context.ts';
import { eraseCustomer } from './erase-customer.ts';

const register: Caller = { kind: 'worker', id: 'erasure-register', scopes: new Set() };
const customersAtOnce = 500;

const codeOf = ({ key }: DataKey, { tenantId, customerId, at }: Omit<RegisteredErasure, 'code' | 'keyId'>): Buffer =>
  keyedHash(deriveKey(key, 'onfile erasure register'), tenantId, String(customerId), at);

/**
 * Writes an erasure into the register outside the database, so that it can be done again in a database that is restored
 * from a backup. Doing it twice does no harm. Rejects when the file cannot be written.
 */
export async function registerErasure(ctx: Context, { customer_id, erased_at }: ErasureRow): Promise<void> {
  const { tenantId } = ctx.tenant;
  // A backup from before a rotation knows none of the keys after it.
  const audit = ctx.keys.first('audit');
  const erasure = { tenantId, customerId: customer_id, at: erased_at.toISOString() };
  const code = codeOf(audit, erasure).toString('base64');
  await appendErasure(ctx.config.erasureRegisterDir, { ...erasure, keyId: audit.keyId, code });
  await noteRegisteredErasure(ctx.db, tenantId, customer_id, ctx.now());
}

/** What came of applying the register, for whoever restored a backup. */
export type RegisterOutcome = {
  /** Customers whom the database still had, and who are erased now. */
  erased: number;
  /** Lines that Onfile did not write for this tenant, or that are damaged. They are passed over. */
  unreadable: number;
};

/**
 * Erases again whomever the register outside the database names and this database still has, as one that was restored
 * from a backup does. Locks are not heeded: they were when it was erased first. Doing it twice does no harm.
 */
export async function applyErasureRegister(services: Services): Promise<RegisterOutcome> {
  const outcome = { erased: 0, unreadable: 0 };
  for (const tenantId of await listTenantIds(services.db)) {
    const applied = await applyTenantsRegister(services, tenantId);
    outcome.erased += applied.erased;
    outcome.unreadable += applied.unreadable;
  }
  return outcome;
}

async function applyTenantsRegister(services: Services, tenantId: string): Promise<RegisterOutcome> {
  const { erasures, unreadable } = await readRegister(services.config.erasureRegisterDir, tenantId);
  const outcome = { erased: 0, unreadable };
  if (erasures.length === 0) return outcome;
  const ctx = await tenantContext(services, tenantId, register);
  const genuine = erasures.filter((erasure) => isGenuine(ctx, erasure));
  outcome.unreadable += erasures.length - genuine.length;
  for (let from = 0; from < genuine.length; from += customersAtOnce) {
    const some = genuine.slice(from, from + customersAtOnce);
    const erased = await findErasedCustomers(
      ctx.db,
      tenantId,
      some.map(({ customerId }) => customerId),
    );
    for (const { customerId, at } of some) {
      if (erased.has(customerId)) continue;
      const again = { heedsLocks: false, present: () => ({}), erasedAt: new Date(at) };
      if (await eraseCustomer(ctx, customerId, again)) outcome.erased += 1;
    }
  }
  return outcome;
}

function isGenuine(ctx: Context, erasure: RegisteredErasure): boolean {
  if (erasure.tenantId !== ctx.tenant.tenantId) return false;
  const key = ctx.keys.every('audit').find(({ keyId }) => keyId === erasure.keyId);
  return key !== undefined && sameHash(codeOf(key, erasure), Buffer.from(erasure.code, 'base64'));
}
