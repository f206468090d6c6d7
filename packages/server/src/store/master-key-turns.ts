import type { Database, Transaction } from './database.ts';

/** Any number that no other lock of ours has. */
const lockId = 720_260_026;

const share = { name: 'share-master-key', text: 'SELECT pg_advisory_xact_lock_shared($1)' };
const take = { name: 'take-master-key', text: 'SELECT pg_advisory_xact_lock($1)' };

/** Until the transaction ends the master keys are not changed; many may hold them so at once. */
export async function holdMasterKeys(tx: Transaction): Promise<void> {
  await tx.query(share, [lockId]);
}

/** Changes the master keys by `work` while no transaction holds them: those that did have ended. */
export const changeMasterKeys = <Result>(
  db: Database,
  tenantId: string,
  work: () => Promise<Result>,
): Promise<Result> =>
  db.transaction(tenantId, async (tx) => {
    await tx.query(take, [lockId]);
    return work();
  });
