import type { Logger } from 'pino';
import type { Caller, Services } from '../context.ts';
import { holdToRetention, type Removed } from '../ops/retention/hold.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import { type Rounds, startRounds } from './tenant-rounds.ts';

/** Periods are days. */
const pauseMs = 10 * 60_000;

const keeper: Caller = { kind: 'worker', id: 'retention', scopes: new Set() };

/** Removes what one tenant has kept for longer than it keeps it. Answers how many of each kind. */
export async function holdTenantsRetention(
  services: Services,
  tenantId: string,
  shouldStop?: () => boolean,
): Promise<Removed> {
  return holdToRetention(await tenantContext(services, tenantId, keeper), shouldStop);
}

/** Holds every tenant to what it keeps, until stopped. Several processes at once take turns. */
export const startHoldingRetention = (services: Services, logger: Logger): Rounds =>
  startRounds(services, logger, {
    name: 'retention',
    pauseMs,
    run: async (tenantId, stopping) => {
      const removed = await holdTenantsRetention(services, tenantId, () => stopping.aborted);
      for (const [kind, count] of Object.entries(removed)) {
        logger.info({ job: `retention ${kind}`, tenantId, count }, 'removed what was kept long enough');
      }
    },
  });
