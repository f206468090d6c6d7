import { sameHash } from '../../crypto/keyed-hash.ts';
import type { TenantKeys } from '../../keys/tenant-keys.ts';
import type { Seal, StoredEntry } from '../../store/audit-entries.ts';
import { chainKey, chainStart, nextChain } from './chain.ts';
import { entryCode } from './entry-code.ts';
import type { Finding } from './findings.ts';

type Keys = Pick<TenantKeys, 'every' | 'find'>;

/** Whether an entry's code is the one that its columns give: it was written by Onfile, for this tenant, as it stands. */
export function isAsWritten(keys: Keys, tenantId: string, entry: StoredEntry): boolean {
  const written = {
    ...entry,
    at: entry.at.toISOString(),
    sealed_details: entry.sealed_details?.toString('base64') ?? null,
  };
  const key = keys.find(entry.code_key_id);
  return key !== undefined && sameHash(entryCode(key.key, tenantId, written), entry.code);
}

export const entryChanged = (entry: StoredEntry, number?: number): Finding => ({
  kind: 'entry-changed',
  entryId: entry.audit_id,
  ...(number === undefined ? {} : { number }),
  text: `Entry ${entry.audit_id}${number === undefined ? '' : ` (number ${number})`} was changed, or Onfile did not write it for this tenant: its code does not fit.`,
});

/**
 * Checks the seals of one tenant behind `start`, which must come in their order, each with its entry. After a wrong one it goes on with
 * whatever the next one fits, so that one change is told once and at its place.
 */
export function sealChecker(
  keys: Keys,
  tenantId: string,
  start: { number: number; chain: Buffer } = { number: 0, chain: chainStart },
): (seal: Seal) => Finding[] {
  let { number } = start;
  /** The values that the next entry may follow; none when what came before is not known. */
  let before: Buffer[] = [start.chain];

  return (seal) => {
    const findings: Finding[] = [];
    if (seal.number !== number + 1) {
      findings.push(sealsRemoved(number + 1, seal.number - 1));
      before = [];
    }
    number = seal.number;
    const place = { entryId: seal.audit_id, number };
    if (!seal.is_there) {
      before = [seal.chain];
      const text = `Entry ${seal.audit_id} (number ${number}) was removed.`;
      return [...findings, { kind: 'entry-removed', ...place, text }];
    }
    const asWritten = isAsWritten(keys, tenantId, seal);
    if (!asWritten) findings.push(entryChanged(seal, number));
    const key = chainKey(keys, seal);
    const following = before.map((value) => nextChain(key, value, seal));
    const fits = before.length === 0 || following.some((value) => sameHash(value, seal.chain));
    if (asWritten && !(fits && seal.sealed_subject_id === seal.subject_id)) {
      const text = `Entry ${seal.audit_id} (number ${number}) is not the one that was sealed here, or its seal was changed.`;
      findings.push({ kind: 'seal-changed', ...place, text });
    }
    before = fits ? [seal.chain] : [seal.chain, ...following.slice(0, 1)];
    return findings;
  };
}

const sealsRemoved = (first: number, last: number): Finding => ({
  kind: 'seal-removed',
  number: first,
  text:
    first === last
      ? `The seal of number ${first} was removed; its entry is among those that are not sealed, or gone.`
      : `The seals of numbers ${first} to ${last} were removed; their entries are among those that are not sealed, or gone.`,
});
