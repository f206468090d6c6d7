import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Caller, Services } from '../context.ts';
import { expirePaymentRequests } from '../ops/payment-requests/expire.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import { deleteExpiredAnswers } from '../store/idempotency.ts';
import { listTenantIds } from '../store/tenants.ts';
import { listDueTokenTasks } from '../store/token-tasks.ts';
import { destroyNumbers } from '../store/vault-secrets.ts';

const pauseMs = 30_000;
/** A longer backlog is in the queue already, or gets there in the next rounds. */
const tasksAtOnce = 1000;

const sweeper: Caller = { kind: 'worker', id: 'sweep', scopes: new Set() };

/**
 * Ends what is over in one tenant: unused payment requests and their numbers, replaced numbers, kept answers. Puts the
 * gateway's tasks that are due into the queue again, in case they were lost on the way there.
 */
export async function sweepTenant(services: Services, tenantId: string): Promise<void> {
  const { db } = services;
  const at = services.now();
  await expirePaymentRequests(await tenantContext(services, tenantId, sweeper));
  await destroyNumbers(db, tenantId, at);
  await deleteExpiredAnswers(db, tenantId, at);
  const due = await listDueTokenTasks(db, tenantId, at, tasksAtOnce);
  if (due.length > 0) services.wakeTokenWorker(tenantId, due);
}

/**
 * Sweeps every tenant now and half a minute after each round, until stopped. What fails in one tenant is logged and
 * leaves the others theirs. Doing it in several processes at once does no harm.
 */
export function startSweeping(services: Services, logger: Logger): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const logFailure = (error: unknown) => logger.error({ err: error, job: 'sweep' }, 'job failed');

  async function sweepAll(): Promise<void> {
    for (const tenantId of await listTenantIds(services.db)) {
      if (stopping.signal.aborted) return;
      await sweepTenant(services, tenantId).catch(logFailure);
    }
  }
  async function keepSweeping(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sweepAll().catch(logFailure);
      await delay(pauseMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  }
  const ended = keepSweeping();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
