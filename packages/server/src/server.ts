import type { Logger } from 'pino';
import type { Services } from './context.ts';
import { createDeploymentServices } from './deployment-services.ts';
import { createApp } from './http/app.ts';
import type { App } from './http/app-type.ts';
import { readComponent } from './http/component-files.ts';
import { answerKeyChecks } from './http/key-check.ts';
import { serveAccounts } from './http/routes/accounts.ts';
import { serveAudit } from './http/routes/audit.ts';
import { serveBulkDataOperations } from './http/routes/bulk-data-operations.ts';
import { serveBulkLoadResults } from './http/routes/bulk-load-results.ts';
import { serveBulkLoads } from './http/routes/bulk-loads.ts';
import { serveComponent } from './http/routes/component.ts';
import { serveConfigurationSnapshots } from './http/routes/configuration-snapshots.ts';
import { serveContacts } from './http/routes/contacts.ts';
import { serveCustomFields } from './http/routes/custom-fields.ts';
import { serveCustomers } from './http/routes/customers.ts';
import { serveDemo } from './http/routes/demo.ts';
import { serveErasures } from './http/routes/erasures.ts';
import { serveEvents } from './http/routes/events.ts';
import { serveFiles } from './http/routes/files.ts';
import { serveGateway } from './http/routes/gateway.ts';
import { serveJwks } from './http/routes/jwks.ts';
import { serveMerchantAccounts } from './http/routes/merchant-accounts.ts';
import { serveOauth } from './http/routes/oauth.ts';
import { servePaymentSessions } from './http/routes/payment-sessions.ts';
import { serveRecalculations } from './http/routes/recalculations.ts';
import { serveRecordExport } from './http/routes/record-export.ts';
import { serveRecordHistory } from './http/routes/record-history.ts';
import { serveRecordLocks } from './http/routes/record-locks.ts';
import { serveSimulator } from './http/routes/simulator.ts';
import { serveStoredPaymentMethods } from './http/routes/stored-payment-methods.ts';
import { serveTenantSettings } from './http/routes/tenant-settings.ts';
import type { Certificate } from './tls/certificate.ts';

export type Server = { app: App; services: Services };

/** Puts services and routes together; listening is the caller's. */
export async function createServer(
  options: Parameters<typeof createDeploymentServices>[0] & {
    logger: Logger;
    /** Whose account page the demo shop shows; there is no such shop when left out. */
    demoTenantId?: string | undefined;
    /** Serves HTTPS with it; HTTP when left out. */
    certificate?: Certificate | undefined;
  },
): Promise<Server> {
  const { config, db, logger, demoTenantId } = options;
  const { services, simulator } = createDeploymentServices(options);
  const component = await readComponent();
  if (!component) logger.warn('the browser component is not built and will not be served; run npm run build');
  const app = await createApp({
    logger,
    trustProxy: config.trustedProxies,
    certificate: options.certificate,
    overload:
      config.overloadDelayMs === null
        ? undefined
        : { longestDelayMs: config.overloadDelayMs, databaseWaitMs: () => db.waits.take() },
    metrics: options.metrics?.http,
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
      serveRecordExport(routes, services);
      serveRecalculations(routes, services);
      serveRecordHistory(routes, services);
      serveRecordLocks(routes, services);
      serveBulkDataOperations(routes, services);
      serveEvents(routes, services);
      serveContacts(routes, services);
      serveErasures(routes, services);
      serveMerchantAccounts(routes, services);
      serveFiles(routes, services);
      serveCustomFields(routes, services);
      serveConfigurationSnapshots(routes, services);
      serveBulkLoads(routes, services);
      serveBulkLoadResults(routes, services);
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
