import type { Logger } from 'pino';
import type { Caller, Services } from '../context.ts';
import { sweepBulkLoads } from '../ops/bulk-loads/sweep.ts';
import { settleErasures } from '../ops/erasures/settle.ts';
import { destroyFiles } from '../ops/files/destroy.ts';
import { destroyIdempotencyKeys } from '../ops/keys/destroy-retired.ts';
import { expirePaymentRequests } from '../ops/payment-requests/expire.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import { numberAllEvents } from '../store/event-numbers.ts';
import { deleteExpiredAnswers } from '../store/idempotency.ts';
import { deleteAttemptsBefore } from '../store/payment-attempts.ts';
import { listDueTokenTasks } from '../store/token-tasks.ts';
import { destroyNumbers } from '../store/vault-secrets.ts';
import { type Rounds, startRounds } from './tenant-rounds.ts';

const pauseMs = 30_000;
/** A longer backlog is in the queue already, or gets there in the next rounds. */
const tasksAtOnce = 1000;

/** Longer than a session lasts and than any window of attempts. */
const attemptMs = 3 * 3_600_000;

const sweeper: Caller = { kind: 'worker', id: 'sweep', scopes: new Set() };

/**
 * Ends what is over in one tenant: unused payment requests and their numbers, bulk loads that nobody started, replaced
 * numbers, kept answers, counted attempts. Puts the gateway's tasks that are due into the queue again, in case they were
 * lost on the way there. Numbers events that nobody has read. What is left of erasures, and files, come last, because
 * the register or the storage may be away.
 */
export async function sweepTenant(services: Services, tenantId: string): Promise<void> {
  const { db } = services;
  const at = services.now();
  const ctx = await tenantContext(services, tenantId, sweeper);
  await expirePaymentRequests(ctx);
  await sweepBulkLoads(ctx);
  await destroyNumbers(db, tenantId, at);
  await deleteExpiredAnswers(db, tenantId, at);
  await destroyIdempotencyKeys(ctx);
  await deleteAttemptsBefore(db, tenantId, new Date(at.getTime() - attemptMs));
  await numberAllEvents(db, tenantId);
  const due = await listDueTokenTasks(db, tenantId, at, tasksAtOnce);
  if (due.length > 0) services.wakeTokenWorker(tenantId, due);
  // What keeps one of them from its work keeps the other from nothing.
  try {
    await settleErasures(ctx);
  } finally {
    await destroyFiles(ctx);
  }
}

/** Sweeps every tenant now and half a minute after each round, until stopped. Doing it in several processes does no harm. */
export const startSweeping = (services: Services, logger: Logger): Rounds =>
  startRounds(services, logger, { name: 'sweep', pauseMs, run: (tenantId) => sweepTenant(services, tenantId) });
