import type { Config } from '../../config.ts';
import type { Database } from '../../store/database.ts';
import { readRegister } from '../../store/erasure-register-file.ts';
import { listRegisteredErasures } from '../../store/erasures.ts';
import { listTenantIds } from '../../store/tenants.ts';
import { examine, type Finding, unknown } from './finding.ts';

const check = 'erasure register';
const atOnce = 1_000;
const counted = new Intl.NumberFormat('en');
const mend =
  'let every server name one directory that they share with ERASURE_REGISTER_DIR, and bring the missing lines back from the other servers’ or from a backup, for a restored backup brings back whom the register does not name';

/** Whether the register outside the database names everybody whom the database says was written into it. */
export async function examineErasureRegister({ erasureRegisterDir }: Config, db: Database | null): Promise<Finding> {
  if (!db) return unknown(check, 'The database cannot be looked into.');
  return examine(check, 'Let this account read the directory that ERASURE_REGISTER_DIR names.', async () => {
    const { total, missing } = await compare(erasureRegisterDir, db);
    if (missing > 0) {
      const found = `${erasureRegisterDir} lacks ${counted.format(missing)} of the database’s ${counted.format(total)} erasures`;
      throw new Error(`${found}; ${mend}`);
    }
    return total === 0 ? 'Nobody was erased yet.' : `It names all ${counted.format(total)} who were erased.`;
  });
}

async function compare(directory: string, db: Database): Promise<{ total: number; missing: number }> {
  const sum = { total: 0, missing: 0 };
  for (const tenantId of await listTenantIds(db)) {
    const { erasures } = await readRegister(directory, tenantId);
    const registered = new Set(erasures.map(({ customerId, at }) => `${customerId} ${at}`));
    for (let after = 0; ; ) {
      const page = await listRegisteredErasures(db, tenantId, after, atOnce);
      sum.total += page.length;
      sum.missing += page.filter((row) => !registered.has(`${row.customer_id} ${row.erased_at.toISOString()}`)).length;
      if (page.length < atOnce) break;
      after = page.at(-1)?.customer_id ?? after;
    }
  }
  return sum;
}
