import type { Config } from '../config.ts';
import { type Caller, createServices } from '../context.ts';
import type { MasterKey } from '../keys/master-key.ts';
import { sealNextEntries } from '../ops/audit/seal.ts';
import { type Verification, verifyAudit } from '../ops/audit/verify.ts';
import { applyErasureRegister } from '../ops/erasures/register.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import { openDatabase } from '../store/database.ts';
import { listTenantIds } from '../store/tenants.ts';

/** What was found of each tenant. */
export type CheckedTenants = {
  audits: Verification[];
  erasedAgain: number;
  /** Lines of the register that were passed over. */
  unreadableErasures: number;
};

/** Reading the audit is all that it may do. */
const restorer: Caller = { kind: 'command-line', id: 'restore', scopes: new Set(['AUDIT_READ']) };

/**
 * Opens every tenant's keys with the master key, erases again whom the register of the installation that was backed up
 * names, as far as it is still there, seals what waited for it, so that it keeps its place before whatever
 * the next server writes, and verifies the audits. Throws when a key does not open; what was done to an audit before it
 * was backed up is found, and no reason to fail.
 */
export async function checkTenants(options: {
  url: string;
  config: Config;
  masterKey: MasterKey;
  onProgress: (stage: string, done: number, total: number) => void;
}): Promise<CheckedTenants> {
  const { url, config, masterKey, onProgress } = options;
  const db = openDatabase({ url, connections: 2, onError: () => {} });
  const connectorOf = (): never => {
    throw new Error('a restore talks to no gateway');
  };
  try {
    const services = createServices({ config, db, masterKey, connectorOf });
    const tenantIds = await listTenantIds(db);
    for (const tenantId of tenantIds) await services.keysOf(tenantId);
    const { erased: erasedAgain, unreadable: unreadableErasures } = await applyErasureRegister(services);
    const audits: Verification[] = [];
    for (const tenantId of tenantIds) {
      onProgress('verifying', audits.length, tenantIds.length);
      const ctx = await tenantContext(services, tenantId, restorer);
      for (let mayGoOn = true; mayGoOn; ) ({ mayGoOn } = await sealNextEntries(services, tenantId));
      audits.push(await verifyAudit(ctx, {}));
    }
    return { audits, erasedAgain, unreadableErasures };
  } finally {
    await db.close();
  }
}
