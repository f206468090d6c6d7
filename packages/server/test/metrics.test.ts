import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startMeasuringWork } from '../src/jobs/measure-work.ts';
import { sealTenantAudit } from '../src/jobs/seal-audit.ts';
import { listenForMetrics, type MetricsListener } from '../src/lifecycle/metrics-listener.ts';
import { createLogger } from '../src/log.ts';
import { openDatabase } from '../src/store/database.ts';
import { numberAllEvents } from '../src/store/event-numbers.ts';
import { GatheredMetrics } from '../src/telemetry/gathered-metrics.ts';
import type { WorkMetrics } from '../src/telemetry/metrics-work.ts';
import { query } from './harness/look-inside.ts';
import {
  createRecord,
  declined,
  enterCard,
  getRecord,
  keyHeader,
  putRecord,
  replaceInstrument,
  visa,
} from './harness/main-job.ts';
import { lockRows } from './harness/row-lock.ts';
import { type Scrape, scrape, sumOf } from './harness/scrape.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

const quiet = createLogger('silent');
let server: TestServer;
let tenant: TestTenant;
let listener: MetricsListener;

before(async () => {
  server = await startTestServer({ metricsPort: 0, databaseConnections: 2 });
  tenant = await server.tenant('canary-tenant');
  const gathered = new GatheredMetrics('1.2.3');
  if (server.metrics) gathered.add(server.metrics);
  listener = await listenForMetrics({ metricsPort: 0, metricsHost: '127.0.0.1' }, gathered, quiet);
});

after(async () => {
  await listener.close();
  await server.stop();
});

const read = () => scrape(listener.url);
const workMetrics = (): WorkMetrics => {
  if (!server.metrics) throw new Error('this server counts nothing');
  return server.metrics.work;
};

/** Measures once what waits in the database. */
async function measure(services = server.services): Promise<void> {
  const reported = Promise.withResolvers<void>();
  const metrics = {
    report: (seen: Parameters<WorkMetrics['report']>[0]) => {
      workMetrics().report(seen);
      reported.resolve();
    },
  };
  const measuring = startMeasuringWork(services, metrics, quiet);
  await reported.promise;
  await measuring.stop();
}

describe('a scrape', () => {
  it('counts requests by method, route and status, and how long they took', async () => {
    const labels = ['method="GET"', 'route="/storedPaymentMethods/:tenantId/:id"'];
    const earlier = await read();
    await getRecord(server, tenant, 'nothing');
    await getRecord(server, tenant, 'nothing');
    const now = await read();
    const more = (name: string, ...some: string[]) => sumOf(now, name, ...some) - sumOf(earlier, name, ...some);
    assert.equal(more('onfile_http_requests_total', ...labels, 'status="404"'), 2);
    assert.equal(more('onfile_http_request_duration_seconds_count', ...labels, 'status_class="4xx"'), 2);
    assert.equal(more('onfile_http_request_duration_seconds_bucket', ...labels, 'le="+Inf"'), 2);
    assert.ok(more('onfile_http_request_duration_seconds_sum', ...labels) > 0);
    assert.equal(more('onfile_http_errors_total', 'code="errormessage.record.not.found"'), 2);
  });

  it('counts calls to gateways by what came of them', async () => {
    const calls = (lines: Scrape, ...labels: string[]) =>
      sumOf(lines, 'onfile_gateway_call_duration_seconds_count', 'gateway="simulated"', ...labels);
    const earlier = await read();
    await enterCard(server, tenant, visa);
    await enterCard(server, tenant, declined);
    const now = await read();
    for (const labels of [
      ['operation="checkCard"', 'outcome="approved"'],
      ['operation="checkCard"', 'outcome="declined"'],
      ['operation="tokenize"', 'outcome="done"'],
    ]) {
      assert.equal(calls(now, ...labels) - calls(earlier, ...labels), 1, labels.join());
    }
  });

  it('holds no tenant, no customer, no key, no token and no number', async () => {
    const token = await enterCard(server, tenant, visa);
    assert.equal((await replaceInstrument(server, tenant, token)).status, 200);
    const record = await createRecord(server, tenant);
    await putRecord(server, tenant, { ...record, name: 'Ada Canary' });
    await server.call('GET', `/v1/customers/${tenant.customerId}?name=ada`, { headers: keyHeader(tenant) });
    await server.call('GET', `/no/${tenant.tenantId}/${visa}`);
    await measure();
    const text = await (await fetch(listener.url)).text();
    const secrets = [
      tenant.tenantId,
      String(tenant.customerId),
      tenant.contactId,
      tenant.merchantAccountId,
      tenant.apiKey,
      tenant.apiKeyId,
      tenant.clientId,
      token,
      record.id,
      visa,
      '4242',
      'Ada',
    ];
    const held = secrets.filter((secret) => new RegExp(`["/]${secret.replaceAll(/[^\w]/g, '.')}["/]`).test(text));
    assert.deepEqual(held, []);
    assert.doesNotMatch(text, /canary|4242424242|Ada/i);
  });

  it('shows how many connections there are, who waits for one, and for how long', async () => {
    const record = await createRecord(server, tenant);
    const select = 'SELECT FROM stored_payment_methods WHERE tenant_id = $1 AND id = $2';
    const lock = await lockRows(server, select, [tenant.tenantId, record.id]);
    const puts = [1, 2, 3, 4].map((n) => putRecord(server, tenant, { ...record, name: `Card ${n}` }));
    const reads = [1, 2, 3, 4].map(() => getRecord(server, tenant, 'nothing'));
    await until(async () => sumOf(await read(), 'onfile_database_connections', 'state="in_use"') > 0);
    await lock.release();
    await Promise.all([...puts, ...reads]);
    const now = await read();
    assert.equal(now.get('onfile_database_connections_limit{part="http"}'), 2);
    assert.ok(sumOf(now, 'onfile_database_connections') >= 1);
    assert.ok(sumOf(now, 'onfile_database_wait_seconds_count') > 8);
  });

  it('tells the versions, the memory and the event loop’s lag', async () => {
    const now = await read();
    assert.equal(now.get(`onfile_build_info{version="1.2.3",node_version="${process.version}"}`), 1);
    assert.ok((now.get('process_resident_memory_bytes{part="http"}') ?? 0) > 1e7);
    assert.ok((now.get('nodejs_eventloop_lag_max_seconds{part="http"}') ?? -1) >= 0);
    assert.ok((now.get('process_cpu_user_seconds_total{part="http"}') ?? 0) > 0);
  });
});

describe('what waits in the database', () => {
  it('is nothing once it is done: the audit sealed, the events numbered', async () => {
    await measure();
    const earlier = await read();
    assert.ok(sumOf(earlier, 'onfile_audit_unsealed_entries') > 0);
    assert.ok(sumOf(earlier, 'onfile_audit_unsealed_age_seconds') > 0);
    assert.ok(sumOf(earlier, 'onfile_events_unnumbered') > 0);
    await until(async () => {
      await sealTenantAudit(server.services, tenant.tenantId);
      await numberAllEvents(server.services.db, tenant.tenantId);
      await measure();
      return sumOf(await read(), 'onfile_audit_unsealed_entries') === 0;
    });
    const now = await read();
    for (const name of ['audit_unsealed_age_seconds', 'events_unnumbered', 'events_unnumbered_age_seconds']) {
      assert.equal(now.get(`onfile_${name}`), 0, name);
    }
  });

  it('is counted over all tenants, with the age of the oldest', async () => {
    const other = await server.tenant('other-tenant');
    const at = (seconds: number) => new Date(server.services.now().getTime() - seconds * 1000);
    const task = (tenantId: string, state: string, due: Date) =>
      query(
        server,
        `INSERT INTO token_tasks (tenant_id, task_id, kind, state, record_id, merchant_account_id, secret_id, attempts,
           created_at, updated_at, due_at)
         VALUES ($1, gen_random_uuid(), 'obtain', $2, 'r', 'm', gen_random_uuid(), 0, $3, $3, $3)`,
        [tenantId, state, due],
      );
    await measure();
    const earlier = await read();
    await task(tenant.tenantId, 'pending', at(90));
    await task(other.tenantId, 'pending', at(600));
    await task(other.tenantId, 'failed', at(9000));
    for (const [id, state] of [
      ['one', 'waiting'],
      ['two', 'running'],
    ]) {
      await query(
        server,
        `INSERT INTO background_tasks (tenant_id, task_id, kind, state, ordered_by, input, progress, attempts, changes,
           created_at, due_at)
         VALUES ($1, $2, 'recalculation', $3, '{}', '', '{}', 0, 1, $4, $4)`,
        [other.tenantId, id, state, at(300)],
      );
    }
    await measure();
    const now = await read();
    const more = (name: string, label: string) => sumOf(now, name, label) - sumOf(earlier, name, label);
    assert.equal(more('onfile_gateway_tasks', 'state="waiting"'), 2);
    assert.equal(more('onfile_gateway_tasks', 'state="failed"'), 1);
    assert.equal(now.get('onfile_background_tasks{kind="recalculation",state="waiting"}'), 1);
    assert.equal(now.get('onfile_background_tasks{kind="recalculation",state="running"}'), 1);
    const overdue = now.get('onfile_gateway_tasks_overdue_seconds') ?? 0;
    assert.ok(overdue >= 600 && overdue < 660, String(overdue));
    const late = now.get('onfile_background_tasks_overdue_seconds') ?? 0;
    assert.ok(late >= 300 && late < 360, String(late));
  });

  it('is left out while the database is away, and nothing else is', async () => {
    await measure();
    assert.equal((await read()).get('onfile_database_up'), 1);
    const db = openDatabase({ url: 'postgres://onfile@127.0.0.1:1/none', connections: 1, onError: () => {} });
    await measure({ ...server.services, db });
    await db.close();
    const now = await read();
    assert.equal(now.get('onfile_database_up'), 0);
    assert.deepEqual(
      [...now.keys()].filter((name) => /^onfile_(gateway_tasks|background_tasks|audit|events)/.test(name)),
      [],
    );
    assert.ok(sumOf(now, 'onfile_http_requests_total') > 0);
    await measure();
    assert.equal((await read()).get('onfile_database_up'), 1);
  });
});

it('the public port has no metrics', async () => {
  assert.equal((await server.call('GET', '/metrics')).status, 404);
});
