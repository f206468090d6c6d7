import type { Services } from '../../context.ts';
import { adoptRestoredEntries, holdChainEnd, insertSeals, listEntriesToSeal } from '../../store/audit-seals.ts';
import { chainStart, nextChain } from './chain.ts';

/** Few enough that hashing them keeps no request waiting for longer than some milliseconds. */
const entriesAtOnce = 1000;

/**
 * Seals the next entries of a tenant's audit, at most a thousand, in one transaction. Answers whether more may be
 * waiting. Writers never wait for it; while another process seals the same tenant, it leaves that to it.
 */
export async function sealNextEntries(
  { db, keysOf }: Pick<Services, 'db' | 'keysOf'>,
  tenantId: string,
): Promise<{ sealed: number; mayGoOn: boolean }> {
  const { audit } = await keysOf(tenantId);
  return db.transaction(tenantId, async (tx) => {
    const end = await holdChainEnd(tx, chainStart);
    if (!end) return { sealed: 0, mayGoOn: false };
    const found = await listEntriesToSeal(tx, end, entriesAtOnce);
    const last = found.at(-1);
    if (!last) {
      await adoptRestoredEntries(tx, entriesAtOnce);
      return { sealed: 0, mayGoOn: false };
    }
    const entries = found.filter((entry) => !entry.is_sealed);
    let { chain } = end;
    const chains = entries.map((entry) => {
      chain = nextChain(audit.key, chain, entry);
      return chain;
    });
    await insertSeals(
      tx,
      { before: end.number, entries, chains },
      { number: end.number + entries.length, chain, readThrough: last.written_in, readThroughId: last.audit_id },
    );
    return { sealed: entries.length, mayGoOn: found.length === entriesAtOnce };
  });
}
