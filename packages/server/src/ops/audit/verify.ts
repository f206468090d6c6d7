import type { KeyObject } from 'node:crypto';
import type { Context } from '../../context.ts';
import { readCheckpointFile } from '../../store/audit-checkpoint-file.ts';
import { type Checkpoint, findChainEnd, listCheckpoints } from '../../store/audit-checkpoints.ts';
import { listCuts } from '../../store/audit-cuts.ts';
import { listSeals, type Seal, type UnsealedEntry, unsealedEntries } from '../../store/audit-entries.ts';
import { operation } from '../operation.ts';
import { chainStart } from './chain.ts';
import { compareCopies, signedPlaces } from './check-checkpoints.ts';
import { entryChanged, isAsWritten, sealChecker } from './check-seals.ts';
import { checkpointKeys } from './checkpoint.ts';
import { isGenuineCut } from './cut.ts';
import { type Finding, type FindingList, findingList } from './findings.ts';
import { recordRead } from './record-read.ts';

const sealsAtOnce = 2000;
const checkpointsAtOnce = 2000;
/** Entries are sealed within seconds, or once the longest transaction has ended. */
const patienceMs = 600_000;

export type Verification = {
  tenantId: string;
  /** Entries that have their place in the chain. */
  sealed: number;
  /** Up to which number the audit was removed because it was kept long enough; 0: it is all there. */
  removedThrough: number;
  /** Entries that wait for theirs. */
  waiting: number;
  checkpoints: number;
  findingCount: number;
  /** The first thousand. */
  findings: readonly Finding[];
};

/**
 * Recomputes every code and the chain of a tenant's audit, and compares it with its checkpoints in the database and in
 * the file outside of it. `onProgress` hears how many entries are verified. That it was verified is audited itself.
 */
export const verifyAudit = operation(
  'AUDIT_READ',
  async (
    ctx: Context,
    { onProgress = () => {} }: { onProgress?: (verified: number) => void },
  ): Promise<Verification> => {
    const { db, keys, config } = ctx;
    const { tenantId } = ctx.tenant;
    await recordRead(ctx, 'audit.verified', { kind: 'tenant', id: tenantId });
    const list = findingList();
    // What is outside was copied from what is inside: read first, it can only speak of what is there.
    const copied = await readCheckpointFile(config.auditCheckpointDir, tenantId);
    const stored = await allCheckpoints(ctx);
    const stated = (await findChainEnd(db, tenantId))?.number ?? 0;
    const publicKeys = keys.every('audit').map((key) => checkpointKeys(key).publicKey);
    const signed = signedPlaces({ tenantId, publicKeys, stored, copied });
    for (const finding of signed.findings) list.add(finding);

    const cut = await lastCut(ctx, publicKeys, list);
    const check = sealChecker(keys, tenantId, cut);
    let sealed = 0;
    let last = cut.number;
    for await (const seal of allSeals(ctx, cut.number)) {
      const findings = check(seal);
      const replaced = findings.length === 0 ? signed.findingAt(seal.number, seal.chain) : null;
      for (const finding of replaced ? [replaced] : findings) list.add(finding);
      sealed += 1;
      last = seal.number;
      if (sealed % sealsAtOnce === 0) onProgress(sealed);
    }
    const claimed = Math.max(stated, signed.lastNumber);
    if (claimed > last) list.add(tailCut(last + 1, claimed));
    const differences = compareCopies({ stored, copied: signed.copied, end: last, now: ctx.now() });
    for (const finding of differences) list.add(finding);
    const waiting = await checkUnsealed(ctx, list);
    return {
      tenantId,
      sealed,
      removedThrough: cut.number,
      waiting,
      checkpoints: signed.count,
      findingCount: list.count,
      findings: list.kept,
    };
  },
);

/** Where the chain begins: behind the last cut that Onfile made, which signs the value that is followed. */
async function lastCut(
  { db, tenant: { tenantId } }: Context,
  publicKeys: readonly KeyObject[],
  list: FindingList,
): Promise<{ number: number; chain: Buffer }> {
  for (const cut of await listCuts(db, tenantId)) {
    if (isGenuineCut(publicKeys, tenantId, cut)) return cut;
    const text = `That the audit was removed up to number ${cut.number} was not stated by Onfile: its signature does not fit.`;
    list.add({ kind: 'cut-changed', number: cut.number, text });
  }
  return { number: 0, chain: chainStart };
}

async function allCheckpoints({ db, tenant }: Context): Promise<Checkpoint[]> {
  const all: Checkpoint[] = [];
  for (;;) {
    const page = await listCheckpoints(db, tenant.tenantId, all.at(-1)?.number ?? 0, checkpointsAtOnce);
    all.push(...page);
    if (page.length < checkpointsAtOnce) return all;
  }
}

async function* allSeals(ctx: Context, first: number): AsyncGenerator<Seal> {
  let after = first;
  for (;;) {
    await ctx.keysOf(ctx.tenant.tenantId);
    const page = await listSeals(ctx.db, ctx.tenant.tenantId, after, sealsAtOnce);
    yield* page;
    if (page.length < sealsAtOnce) return;
    after = page.at(-1)?.number ?? after;
  }
}

/** Answers how many entries wait for their place as they should. */
async function checkUnsealed(ctx: Context, list: FindingList): Promise<number> {
  const { tenantId } = ctx.tenant;
  let waiting = 0;
  await ctx.keysOf(tenantId);
  for await (const entry of unsealedEntries(ctx.db, tenantId)) {
    const isLate = ctx.now().getTime() - entry.at.getTime() > patienceMs;
    if (!isAsWritten(ctx.keys, tenantId, entry)) list.add(entryChanged(entry));
    else if (entry.is_passed || isLate) list.add(notSealed(entry));
    else waiting += 1;
  }
  return waiting;
}

const notSealed = ({ audit_id: entryId, at }: UnsealedEntry): Finding => ({
  kind: 'entry-not-sealed',
  entryId,
  text: `Entry ${entryId} of ${at.toISOString()} has no seal: its seal was removed, it was put back, or the sealing has stopped.`,
});

const tailCut = (first: number, last: number): Finding => ({
  kind: 'tail-cut',
  number: first,
  text: `The audit ends before number ${first}, but was sealed up to ${last}: what came after was cut off, or an old backup was restored.`,
});
