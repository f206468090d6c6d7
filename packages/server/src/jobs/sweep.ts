import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Services } from '../context.ts';
import { deleteExpiredAnswers } from '../store/idempotency.ts';
import { expirePaymentRequests } from '../store/payment-requests.ts';
import { listTenantIds } from '../store/tenants.ts';
import { destroyNumbers } from '../store/vault-secrets.ts';

const pauseMs = 30_000;

/** Ends what is over in one tenant: unused payment requests and their numbers, replaced numbers, kept answers. */
export async function sweepTenant(services: Services, tenantId: string): Promise<void> {
  const { db } = services;
  const at = services.now();
  await expirePaymentRequests(db, tenantId, at);
  await destroyNumbers(db, tenantId, at);
  await deleteExpiredAnswers(db, tenantId, at);
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
