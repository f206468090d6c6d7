import type { Services } from '../../context.ts';
import { appendCheckpoints, lastCopiedNumber } from '../../store/audit-checkpoint-file.ts';
import { findChainEnd, insertCheckpoint, listCheckpoints } from '../../store/audit-checkpoints.ts';
import type { AuditProgress } from '../../store/audit-seals.ts';
import { checkpointKeys, signCheckpoint } from './checkpoint.ts';

const mostEntries = 10_000;
const mostMs = 60_000;
const copiedAtOnce = 500;

/** Whether so much was sealed since the last checkpoint, or so long ago, that it is time for another. */
export function isCheckpointDue(progress: AuditProgress, now: Date): boolean {
  const { number, checkpointNumber, checkpointAt } = progress;
  if (number === checkpointNumber) return false;
  const age = checkpointAt ? now.getTime() - checkpointAt.getTime() : Number.POSITIVE_INFINITY;
  return number - checkpointNumber >= mostEntries || age >= mostMs;
}

/** Signs where a tenant's chain ends now. Nothing happens when nothing is sealed, or this place is signed already. */
export async function makeCheckpoint(
  { db, keysOf, now }: Pick<Services, 'db' | 'keysOf' | 'now'>,
  tenantId: string,
): Promise<void> {
  const end = await findChainEnd(db, tenantId);
  if (!end) return;
  const { privateKey } = checkpointKeys((await keysOf(tenantId)).audit);
  await insertCheckpoint(db, tenantId, signCheckpoint(privateKey, tenantId, { ...end, at: now() }));
}

/**
 * Adds to the tenant's file outside the database the checkpoints that it lacks, whichever server made them. Answers
 * the last number that it then holds.
 */
export async function copyCheckpoints(
  { db, config }: Pick<Services, 'db' | 'config'>,
  tenantId: string,
): Promise<number> {
  let last = await lastCopiedNumber(config.auditCheckpointDir, tenantId);
  for (;;) {
    const lacking = await listCheckpoints(db, tenantId, last, copiedAtOnce);
    if (lacking.length === 0) return last;
    await appendCheckpoints(config.auditCheckpointDir, tenantId, lacking);
    last = lacking.at(-1)?.number ?? last;
  }
}
