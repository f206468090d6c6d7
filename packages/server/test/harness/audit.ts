import type { Caller, Context } from '../../src/context.ts';
import { scopes } from '../../src/contract/scopes.ts';
import { sealTenantAudit } from '../../src/jobs/seal-audit.ts';
import { sealNextEntries } from '../../src/ops/audit/seal.ts';
import { type Verification, verifyAudit } from '../../src/ops/audit/verify.ts';
import { tenantContext } from '../../src/ops/tenants/context.ts';
import { createTenant } from '../../src/ops/tenants/create.ts';
import { trailOf } from '../../src/ops/trail.ts';
import { readAuditProgress } from '../../src/store/audit-seals.ts';
import { insertTrail } from '../../src/store/trail.ts';
import { query } from './look-inside.ts';
import type { TestServer } from './server.ts';
import { until } from './until.ts';

const auditor: Caller = { kind: 'command-line', id: 'auditor', scopes: new Set(scopes) };

/** More than the time after which another checkpoint is due. */
const checkpointAge = 61_000;
const entriesAtOnce = 500;

/** A tenant of which nothing is known but its own audit. */
export async function auditedTenant(server: TestServer, tenantId: string): Promise<Context> {
  await createTenant(server.services, { tenantId, name: tenantId }, auditor);
  return auditorOf(server, tenantId);
}

export const auditorOf = (server: TestServer, tenantId: string): Promise<Context> =>
  tenantContext(server.services, tenantId, auditor);

/** Writes entries with details, each as a change does, many in a transaction. */
export async function writeEntries(ctx: Context, count: number): Promise<void> {
  for (let written = 0; written < count; written += entriesAtOnce) {
    await ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      const numbers = Array.from({ length: Math.min(entriesAtOnce, count - written) }, (_, n) => written + n + 1);
      await Promise.all(numbers.map((version) => insertTrail(tx, changeTrail(ctx, version))));
    });
  }
}

export const changeTrail = (ctx: Context, version: number) =>
  trailOf(ctx, {
    action: 'tenant.updated',
    at: ctx.now(),
    subject: { kind: 'tenant', id: ctx.tenant.tenantId, version },
    details: { under: ctx.keys.wrapping, value: { before: { name: 'Gym' }, after: { name: `Gym ${version}` } } },
  });

/**
 * Seals all that is written. Transactions of other tests on the same PostgreSQL server may be older, and are waited for.
 */
export async function sealAll(server: TestServer, tenantId: string): Promise<void> {
  await until(async () => {
    while ((await sealNextEntries(server.services, tenantId)).mayGoOn);
    return !(await readAuditProgress(server.services.db, tenantId)).isBehind;
  });
}

/** Seals all that is written, and signs and copies where the chain then ends. */
export async function sealAndSign(server: TestServer, tenantId: string): Promise<void> {
  await sealAll(server, tenantId);
  server.clock.advance(checkpointAge);
  await sealTenantAudit(server.services, tenantId);
}

export const verify = (ctx: Context): Promise<Verification> => verifyAudit(ctx, {});

/** The chain of a tenant as it lies in the database. */
export const sealsOf = (server: TestServer, tenantId: string): Promise<{ number: string; audit_id: string }[]> =>
  query(server, 'SELECT number, audit_id FROM audit_seals WHERE tenant_id = $1 ORDER BY number', [tenantId]);

/** The entry at a place of the chain. */
export async function entryAt(server: TestServer, tenantId: string, number: number): Promise<string> {
  const found = (await sealsOf(server, tenantId))[number - 1];
  if (!found) throw new Error(`the chain of ${tenantId} has no number ${number}`);
  return found.audit_id;
}
