import type { Config } from './config.ts';
import { type RedirectChoice, tracedConnector } from './connectors/connector.ts';
import type { PublishedOutcome } from './connectors/simulated/published-outcome.ts';
import { createSimulatedConnector, type SimulatorMemory } from './connectors/simulated/simulated-connector.ts';
import { createServices, type Services } from './context.ts';
import { OnfileError } from './errors.ts';
import type { MasterKey } from './keys/master-key.ts';
import type { Database } from './store/database.ts';
import { simulatedChallenges } from './store/simulated-challenges.ts';
import { simulatedRedirects } from './store/simulated-redirects.ts';
import type { Tenant } from './store/tenants.ts';
import type { Metrics } from './telemetry/metrics.ts';

/** Everything that operations need, with the connectors that this deployment has. */
export function createDeploymentServices(options: {
  config: Config;
  db: Database;
  masterKey: MasterKey;
  /** Where browsers reach the server, without a slash at the end. */
  publicUrl: () => string;
  wakeTokenWorker?: Services['wakeTokenWorker'];
  now?: () => Date;
  /** Where calls to gateways are counted; nowhere when left out. */
  metrics?: Metrics | undefined;
}): { services: Services; simulator: SimulatorMemory } {
  const { config, db } = options;
  const now = options.now ?? (() => new Date());
  const simulator = {
    challenges: simulatedChallenges<PublishedOutcome>(db, now),
    redirects: simulatedRedirects<RedirectChoice>(db, now),
  };
  const traced = tracedConnector(
    createSimulatedConnector({
      ...simulator,
      baseUrl: options.publicUrl,
      latencyMs: config.simulatorLatencyMs,
      failureRate: config.simulatorFailureRate,
    }),
    'simulated',
  );
  const simulated = options.metrics?.gateway.measure(traced, 'simulated') ?? traced;
  const connectorOf = (tenant: Tenant) => {
    if (tenant.mode === 'test') return simulated;
    // No adapter to a gateway that takes real cards is there yet.
    throw new OnfileError('errormessage.live.mode.unavailable');
  };
  return { services: createServices({ ...options, now, connectorOf }), simulator };
}
