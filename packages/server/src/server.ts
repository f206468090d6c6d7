import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { RedirectChoice } from './connectors/connector.ts';
import type { PublishedOutcome } from './connectors/simulated/published-outcome.ts';
import { createSimulatedConnector, type SimulatorMemory } from './connectors/simulated/simulated-connector.ts';
import { createServices, type Services } from './context.ts';
import { createApp } from './http/app.ts';
import type { App } from './http/app-type.ts';
import { readComponent } from './http/component-files.ts';
import { answerKeyChecks } from './http/key-check.ts';
import { serveAccounts } from './http/routes/accounts.ts';
import { serveAudit } from './http/routes/audit.ts';
import { serveComponent } from './http/routes/component.ts';
import { serveContacts } from './http/routes/contacts.ts';
import { serveCustomers } from './http/routes/customers.ts';
import { serveDemo } from './http/routes/demo.ts';
import { serveEvents } from './http/routes/events.ts';
import { serveGateway } from './http/routes/gateway.ts';
import { serveJwks } from './http/routes/jwks.ts';
import { serveMerchantAccounts } from './http/routes/merchant-accounts.ts';
import { serveOauth } from './http/routes/oauth.ts';
import { servePaymentSessions } from './http/routes/payment-sessions.ts';
import { serveRecordHistory } from './http/routes/record-history.ts';
import { serveRecordLocks } from './http/routes/record-locks.ts';
import { serveSimulator } from './http/routes/simulator.ts';
import { serveStoredPaymentMethods } from './http/routes/stored-payment-methods.ts';
import { serveTenantSettings } from './http/routes/tenant-settings.ts';
import type { MasterKey } from './keys/master-key-file.ts';
import type { Database } from './store/database.ts';
import { simulatedChallenges } from './store/simulated-challenges.ts';
import { simulatedRedirects } from './store/simulated-redirects.ts';
import type { Tenant } from './store/tenants.ts';

export type Server = { app: App; services: Services };

/** Everything that operations need, with the connectors that this deployment has. */
export function createDeploymentServices(options: {
  config: Config;
  db: Database;
  masterKey: MasterKey;
  /** Where browsers reach the server, without a slash at the end. */
  publicUrl: () => string;
  wakeTokenWorker?: Services['wakeTokenWorker'];
  now?: () => Date;
}): { services: Services; simulator: SimulatorMemory } {
  const { config, db } = options;
  const now = options.now ?? (() => new Date());
  const simulator = {
    challenges: simulatedChallenges<PublishedOutcome>(db, now),
    redirects: simulatedRedirects<RedirectChoice>(db, now),
  };
  const simulated = createSimulatedConnector({
    ...simulator,
    baseUrl: options.publicUrl,
    latencyMs: config.simulatorLatencyMs,
    failureRate: config.simulatorFailureRate,
  });
  const connectorOf = (tenant: Tenant) => {
    if (tenant.mode === 'test') return simulated;
    throw new Error('no connector for live mode is configured');
  };
  return { services: createServices({ ...options, now, connectorOf }), simulator };
}

/** Puts services and routes together; listening is the caller's. */
export async function createServer(
  options: Parameters<typeof createDeploymentServices>[0] & {
    logger: Logger;
    /** Whose account page the demo shop shows; there is no such shop when left out. */
    demoTenantId?: string | undefined;
  },
): Promise<Server> {
  const { config, db, logger, demoTenantId } = options;
  const { services, simulator } = createDeploymentServices(options);
  const component = await readComponent();
  if (!component) logger.warn('the browser component is not built and will not be served; run npm run build');
  const app = await createApp({
    logger,
    trustProxy: config.trustedProxies,
    ready: async () => {
      await db.untenanted({ name: 'health', text: 'SELECT 1' }, []);
      return true;
    },
    register: (routes) => {
      routes.decorateRequest('authenticated', null);
      answerKeyChecks(routes, services);
      serveAccounts(routes, services);
      servePaymentSessions(routes, services);
      serveCustomers(routes, services);
      serveStoredPaymentMethods(routes, services);
      serveRecordHistory(routes, services);
      serveRecordLocks(routes, services);
      serveEvents(routes, services);
      serveContacts(routes, services);
      serveMerchantAccounts(routes, services);
      serveGateway(routes, services);
      serveTenantSettings(routes, services);
      serveAudit(routes, services);
      serveOauth(routes, services);
      serveJwks(routes, services);
      serveSimulator(routes, simulator);
      serveComponent(routes, services, { component, publicUrl: options.publicUrl });
      if (demoTenantId) serveDemo(routes, services, { tenantId: demoTenantId, component });
    },
  });
  return { app, services };
}
