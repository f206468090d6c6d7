import type { Logger } from 'pino';
import type { Services } from '../context.ts';
import { deleteExpiredAnswers } from '../store/idempotency.ts';
import { expirePaymentRequests } from '../store/payment-requests.ts';
import { listTenantIds } from '../store/tenants.ts';
import { destroyNumbers } from '../store/vault-secrets.ts';

const pauseMs = 30_000;

/** Ends what is over in every tenant: unused payment requests and their numbers, replaced numbers, kept answers. */
export async function sweep(services: Services): Promise<void> {
  const { db } = services;
  for (const tenantId of await listTenantIds(db)) {
    const now = services.now();
    await expirePaymentRequests(db, tenantId, now);
    await destroyNumbers(db, tenantId, now);
    await deleteExpiredAnswers(db, tenantId, now);
  }
}

/** Sweeps now and every half minute until stopped; doing it in several processes at once does no harm. */
export function startSweeping(services: Services, logger: Logger): { stop(): Promise<void> } {
  let running = Promise.resolve();
  const run = () => {
    running = sweep(services).catch((error: unknown) => logger.error({ err: error, job: 'sweep' }, 'job failed'));
  };
  run();
  const timer = setInterval(run, pauseMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
