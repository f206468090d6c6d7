import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type Config, readConfig } from '../../src/config.ts';
import type { Caller, Services } from '../../src/context.ts';
import { type Scope, scopes } from '../../src/contract/scopes.ts';
import { openMasterKey } from '../../src/keys/open-master-key.ts';
import { createLogger } from '../../src/log.ts';
import { createApiKey } from '../../src/ops/api-keys/create.ts';
import { createClient } from '../../src/ops/clients/create.ts';
import { createCustomer } from '../../src/ops/customers/create.ts';
import { createMerchantAccount } from '../../src/ops/merchant-accounts/create.ts';
import { tenantContext } from '../../src/ops/tenants/context.ts';
import { createTenant } from '../../src/ops/tenants/create.ts';
import type { TenantCreation } from '../../src/ops/tenants/rules.ts';
import { createServer } from '../../src/server.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { Metrics } from '../../src/telemetry/metrics.ts';
import { openMetrics } from '../../src/telemetry/open-metrics.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { type HttpCaller, httpCaller } from './http-caller.ts';

export type { Answer } from './http-caller.ts';

const setup: Caller = { kind: 'command-line', id: 'test', scopes: new Set(scopes) };

/** A clock that follows the real one, as far ahead of it as it was moved; once it is stopped it stands until it is moved. */
export type TestClock = {
  now: () => Date;
  advance: (milliseconds: number) => void;
  stop: () => void;
  goOn: () => void;
};

/** A tenant with what a client of it needs. */
export type TestTenant = {
  tenantId: string;
  apiKey: string;
  apiKeyId: string;
  clientId: string;
  clientSecret: string;
  accessToken: string;
  customerId: number;
  contactId: string;
  merchantAccountId: string;
};

export type TestServer = {
  url: string;
  services: Services;
  database: TestDatabase;
  clock: TestClock;
  /** What it counts, where `metricsPort` is set; nothing listens there. */
  metrics: Metrics | undefined;
  /** All lines of the log so far. */
  log(): string;
  /** A new tenant in test mode with one customer and one merchant account; credentials carry `scopes`, all by default. */
  tenant(tenantId: string, options?: Partial<TenantCreation> & { scopes?: readonly Scope[] }): Promise<TestTenant>;
  call: HttpCaller;
  stop(): Promise<void>;
};

function movableClock(): TestClock {
  let offset = 0;
  let stoppedAt: number | null = null;
  return {
    now: () => new Date((stoppedAt ?? Date.now()) + offset),
    advance: (milliseconds) => {
      offset += milliseconds;
    },
    stop: () => {
      stoppedAt = Date.now();
    },
    goOn: () => {
      stoppedAt = null;
    },
  };
}

/**
 * A server in this process, on a database of its own, reached over real HTTP. One that starts `beside` another has that
 * one's database, master key and clock, and nothing else in common with it, as a second process would.
 */
export async function startTestServer(settings: Partial<Config> = {}, beside?: TestServer): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'onfile-test-'));
  const database = beside?.database ?? (await createTestDatabase());
  const config: Config = {
    ...readConfig({ DATA_DIR: dataDir }),
    rateLimitPerMinute: null,
    // On a machine that runs other tests too, a burst of 200 may wait long; what sheds load is tested by itself.
    overloadDelayMs: null,
    ...(beside ? { masterKeyFile: beside.services.config.masterKeyFile } : {}),
    ...settings,
  };
  const db = openDatabase({ url: database.url, connections: config.databaseConnections, onError: () => {} });
  const metrics = await openMetrics(config, { part: 'http', isMainThread: true });
  metrics?.database.follow(db);
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const clock = beside?.clock ?? movableClock();
  const masterKey = await openMasterKey(config, true);
  let url = '';
  const { app, services } = await createServer({
    config,
    db,
    masterKey,
    logger: createLogger('debug', destination),
    publicUrl: () => url,
    now: clock.now,
    metrics,
  });
  url = await app.listen({ port: 0, host: '127.0.0.1' });

  const call = httpCaller(url);

  return {
    url,
    services,
    database,
    clock,
    call,
    metrics,
    log: () => lines.join(''),
    async tenant(tenantId, { scopes: granted = scopes, ...creation } = {}) {
      await createTenant(services, { name: tenantId, ...creation, tenantId }, setup);
      const ctx = await tenantContext(services, tenantId, setup);
      const key = await createApiKey(ctx, { name: 'test', scopes: granted, expiresAt: null });
      const client = await createClient(ctx, { name: 'test', scopes: granted });
      const merchantAccount = await createMerchantAccount(ctx, { body: { name: 'Main shop' } });
      const customer = await createCustomer(ctx, { body: { firstName: 'Ada', lastName: 'Test' } });
      const clientSecret = client.clientSecret.reveal();
      const { body } = await call('POST', '/oauth/token', {
        body: { grant_type: 'client_credentials', client_id: client.clientId, client_secret: clientSecret },
      });
      return {
        tenantId,
        apiKey: key.apiKey.reveal(),
        apiKeyId: key.keyId,
        clientId: client.clientId,
        clientSecret,
        accessToken: body.access_token,
        customerId: customer.id,
        contactId: customer.contactId,
        merchantAccountId: merchantAccount.id,
      };
    },
    async stop() {
      app.server.closeAllConnections();
      await app.close();
      await db.close();
      if (!beside) await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
