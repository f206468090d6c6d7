import type { Logger } from 'pino';
import type { Services } from '../context.ts';
import { copyCheckpoints, isCheckpointDue, makeCheckpoint } from '../ops/audit/keep-checkpoints.ts';
import { sealNextEntries } from '../ops/audit/seal.ts';
import { type AuditProgress, readAuditProgress } from '../store/audit-seals.ts';
import { type Rounds, startRounds } from './tenant-rounds.ts';

const pauseMs = 2_000;

/** As many as a checkpoint is made after. */
const roundsToCheckpoint = 10;

/**
 * Seals what one tenant's audit has got since the last time, signs checkpoints as they are due, and copies them out of
 * the database. `copied` is the last number that is known to be in the tenant's file; the answer is the new one.
 */
export async function sealTenantAudit(
  services: Services,
  tenantId: string,
  copied = -1,
  shouldStop: () => boolean = () => false,
): Promise<number> {
  let progress = await readAuditProgress(services.db, tenantId);
  let mayGoOn = progress.isBehind;
  let last = copied;
  for (;;) {
    if (mayGoOn) {
      mayGoOn = await sealStretch(services, tenantId);
      progress = await readAuditProgress(services.db, tenantId);
    }
    // After the sealing, so that a full or missing volume for the copies never keeps entries from being sealed.
    last = await signAndCopy(services, tenantId, progress, last);
    if (!mayGoOn || shouldStop()) return last;
  }
}

/** Answers whether more may be waiting. */
async function sealStretch(services: Services, tenantId: string): Promise<boolean> {
  for (let round = 0; round < roundsToCheckpoint; round++) {
    if (!(await sealNextEntries(services, tenantId)).mayGoOn) return false;
  }
  return true;
}

async function signAndCopy(
  services: Services,
  tenantId: string,
  progress: AuditProgress,
  copied: number,
): Promise<number> {
  const isDue = isCheckpointDue(progress, services.now());
  if (isDue) await makeCheckpoint(services, tenantId);
  return isDue || progress.checkpointNumber > copied ? copyCheckpoints(services, tenantId) : copied;
}

/** Keeps every tenant's audit sealed, until stopped. Several processes at once take turns. */
export function startSealing(services: Services, logger: Logger): Rounds {
  const copied = new Map<string, number>();
  return startRounds(services, logger, {
    name: 'seal-audit',
    pauseMs,
    run: async (tenantId, stopping) => {
      copied.set(tenantId, await sealTenantAudit(services, tenantId, copied.get(tenantId), () => stopping.aborted));
    },
  });
}
