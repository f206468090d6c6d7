import type { Services } from '../../context.ts';
import type { TenantKeys } from '../../keys/tenant-keys.ts';
import {
  adoptRestoredEntries,
  type EntryToSeal,
  findSealedIds,
  holdChainEnd,
  insertChain,
  insertSeals,
  listEntriesToSeal,
} from '../../store/audit-seals.ts';
import { sqlState, type Transaction } from '../../store/database.ts';
import { chainKey, chainStart, nextChain } from './chain.ts';

/** Few enough that hashing them keeps no request waiting for longer than some milliseconds. */
const entriesAtOnce = 1000;
const entriesAdoptedAtOnce = 20_000;
const uniqueViolation = '23505';

/** Which of the entries that were found are sealed already: none but after the database was restored elsewhere. */
type SealedAmong = (tx: Transaction, found: readonly EntryToSeal[]) => Promise<ReadonlySet<string>>;
const noneSealed: SealedAmong = async () => new Set();

/**
 * Seals the next entries of a tenant's audit, at most a thousand, in one transaction. Answers whether more may be
 * waiting. Writers never wait for it; while another process seals the same tenant, it leaves that to it.
 */
export async function sealNextEntries(
  { db, keysOf }: Pick<Services, 'db' | 'keysOf'>,
  tenantId: string,
): Promise<{ sealed: number; mayGoOn: boolean }> {
  const keys = await keysOf(tenantId);
  const seal = (sealedAmong: SealedAmong) => db.transaction(tenantId, (tx) => sealNext(tx, keys, sealedAmong));
  const outcome = await seal(noneSealed).catch((error: unknown) => {
    if (sqlState(error) !== uniqueViolation) throw error;
    return seal(findSealedIds);
  });
  return outcome ?? { sealed: 0, mayGoOn: await insertChain(db, tenantId, chainStart) };
}

/** Null when the chain does not exist yet or is another's at the moment. */
async function sealNext(
  tx: Transaction,
  keys: TenantKeys,
  sealedAmong: SealedAmong,
): Promise<{ sealed: number; mayGoOn: boolean } | null> {
  const end = await holdChainEnd(tx);
  if (!end) return null;
  const found = await listEntriesToSeal(tx, end, entriesAtOnce);
  const sealed = await sealedAmong(tx, found);
  const entries = found.filter((entry) => !sealed.has(entry.audit_id));
  let { chain } = end;
  const chains = entries.map((entry) => {
    chain = nextChain(chainKey(keys, entry), chain, entry);
    return chain;
  });
  const last = found.at(-1);
  if (last) {
    const place = { readThrough: last.written_in, readThroughId: last.audit_id };
    const seals = { before: end.number, entries, chains };
    await insertSeals(tx, seals, { number: end.number + entries.length, chain, ...place });
  }
  const isFull = found.length === entriesAtOnce;
  const mayGoOn = isFull || (await adoptRestoredEntries(tx, entriesAdoptedAtOnce)) > 0;
  return { sealed: entries.length, mayGoOn };
}
