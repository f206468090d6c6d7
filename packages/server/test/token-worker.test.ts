import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { PgBoss } from 'pg-boss';
import { sweepTenant } from '../src/jobs/sweep.ts';
import { createTokenWaker, type TokenWaker } from '../src/jobs/token-waker.ts';
import { startTokenWorker } from '../src/jobs/token-worker.ts';
import { createLogger } from '../src/log.ts';
import { openDatabase } from '../src/store/database.ts';
import { type JobQueue, openJobQueue, quietJobQueue } from '../src/store/job-queue.ts';
import { claimTokenTasks } from '../src/store/token-tasks.ts';
import { useCard, withNewCustomer } from './harness/gateway.ts';
import {
  addMerchantAccount,
  pendingTasks,
  runTokenTask,
  standing,
  type WatchedGateway,
  watchGateway,
} from './harness/gateway-tokens.ts';
import { demoPayee, newInstallation } from './harness/installation.ts';
import { query } from './harness/look-inside.ts';
import { enterCard, getRecord, mastercard, replaceInstrument, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

let server: TestServer;
let gateway: WatchedGateway;
let shop: TestTenant;
let acme: TestTenant;
let second: string;

before(async () => {
  server = await startTestServer();
  gateway = watchGateway(server);
  shop = await server.tenant('acme');
  second = await addMerchantAccount(server, shop, 'Second');
});

beforeEach(async () => {
  gateway.failing.clear();
  gateway.meanwhile = async () => {};
  acme = await withNewCustomer(server, shop);
});

after(() => server.stop());

/** A record that the second merchant account has no token of yet, and the task to obtain it. */
async function recordWithTask(): Promise<{ id: string; taskId: string }> {
  gateway.failing.add(second);
  const { storedPaymentMethodId: id } = await useCard(server, acme, visa);
  gateway.failing.clear();
  return { id, taskId: (await pendingTasks(server, acme)).at(-1) ?? '' };
}

describe('a task', () => {
  it('is done once, however many workers take it at the same time', async () => {
    const { id, taskId } = await recordWithTask();
    const earlier = gateway.tokenized.length;
    const work = () => runTokenTask(server, 'acme', taskId);
    await Promise.all([work(), work(), work()]);
    assert.equal(gateway.tokenized.length, earlier + 1);
    assert.equal((await getRecord(server, acme, id)).body.sys_version, 2);
  });

  it('whose worker died is free again after a minute', async () => {
    const { id, taskId } = await recordWithTask();
    const now = server.clock.now();
    const died = { now, until: new Date(now.getTime() + 60_000) };
    assert.ok((await claimTokenTasks(server.services.db, 'acme', [taskId], died)).length);
    await runTokenTask(server, 'acme', taskId);
    assert.equal((await standing(server, acme, id)).at(-1), `${second} pending`);
    server.clock.advance(61_000);
    await runTokenTask(server, 'acme', taskId);
    assert.equal((await standing(server, acme, id)).at(-1), `${second} active`);
  });

  it('is tried again when a gateway does not answer in time, whether it heeds the deadline or not', async () => {
    const { id, taskId } = await recordWithTask();
    const { config } = server.services;
    const { tokenizationTimeoutMs } = config;
    config.tokenizationTimeoutMs = 50;
    gateway.meanwhile = () => new Promise(() => {});
    assert.equal(await runTokenTask(server, 'acme', taskId), 'again');
    config.tokenizationTimeoutMs = tokenizationTimeoutMs;
    assert.equal((await standing(server, acme, id)).at(-1), `${second} pending gateway_failed`);
  });
});

describe('with the queue', () => {
  const errors: unknown[] = [];
  let db: ReturnType<typeof openDatabase>;
  let queue: JobQueue;
  let waker: TokenWaker;

  before(async () => {
    await query(server, 'DELETE FROM token_tasks');
    db = openDatabase({ url: server.database.url, connections: 2, onError: () => {} });
    queue = await openJobQueue(db, { maintains: true, onError: (error) => errors.push(error) });
    waker = createTokenWaker(queue, (error) => errors.push(error));
    await startTokenWorker(server.services, queue, createLogger('silent'));
  });

  after(async () => {
    await waker.stop();
    await queue.stop();
    await db.close();
    assert.deepEqual(errors, []);
  });

  it('what a process left behind that died before it could wake the worker is found by the sweep', async () => {
    const { id } = await recordWithTask();
    server.services.wakeTokenWorker = waker.wake;
    await sweepTenant(server.services, 'acme');
    await until(async () => (await standing(server, acme, id)).at(-1) === `${second} active`);
  });

  it('a replaced card’s tokens are retired without anyone’s asking, and the queue’s tables name no token', async () => {
    const { storedPaymentMethodId: id } = await useCard(server, acme, visa);
    const { body: old } = await getRecord(server, acme, id);
    await useCard(server, acme, mastercard);
    await until(async () => gateway.retired.length === 2);
    const tokens = old.merchant_account_tokens.map(({ token }: { token: string }) => token);
    assert.deepEqual(new Set(gateway.retired), new Set(tokens));
    const jobs = await query<{ data: object; output: unknown }>(server, 'SELECT data, output FROM onfile_jobs.job');
    assert.ok(jobs.length >= 3);
    for (const { data, output } of jobs) {
      assert.deepEqual(Object.keys(data).toSorted(), ['taskId', 'tenantId']);
      assert.equal(output, null);
    }
  });

  it('a task that did not succeed waits in the queue for half a minute or more, and is there only once', async () => {
    gateway.failing.add(second);
    await useCard(server, acme, visa);
    const [taskId = ''] = await pendingTasks(server, acme);
    const jobs = () =>
      query<{ wait: number }>(
        server,
        `SELECT extract(epoch FROM start_after - started_on)::float AS wait FROM onfile_jobs.job
         WHERE singleton_key = $1 AND state = 'retry'`,
        [taskId],
      );
    const [job] = await until(async () => {
      const found = await jobs();
      return found.length > 0 && found;
    });
    assert.ok(job && job.wait >= 29.9 && job.wait <= 70);
    server.clock.advance(300_000);
    await sweepTenant(server.services, 'acme');
    await waker.stop();
    const all = await query(server, 'SELECT 1 FROM onfile_jobs.job WHERE singleton_key = $1', [taskId]);
    assert.equal(all.length, 1);
  });
});

it('the queue’s upkeep needs no right that the server’s role does not have', async () => {
  const db = openDatabase({ url: server.database.url, connections: 1, onError: () => {} });
  const boss = new PgBoss({
    ...quietJobQueue,
    db: { executeSql: (text, values) => db.verbatim(text, values) },
    migrate: false,
    supervise: false,
  });
  const troubles: unknown[] = [];
  boss.on('error', (error) => troubles.push(error));
  boss.on('warning', (warning) => troubles.push(warning));
  await boss.start();
  await query(server, `UPDATE onfile_jobs.job SET completed_on = completed_on - interval '1 hour'`);
  await boss.supervise();
  const done = await query(server, `SELECT 1 FROM onfile_jobs.job WHERE state = 'completed'`);
  await boss.stop({ graceful: false, close: false });
  await db.close();
  assert.deepEqual(troubles, []);
  assert.deepEqual(done, []);
});

it('a started server does what is to be done at the gateways by itself', async (t) => {
  const installation = await newInstallation(t);
  const started = await installation.serve();
  const payee = await demoPayee(installation.dataDir, started);
  for (const number of [visa, mastercard]) {
    const answer = await replaceInstrument(started, payee, await enterCard(started, payee, number));
    assert.equal(answer.status, 200);
  }
  await until(async () => {
    const [left] = await installation.query<{ done: boolean }>(
      `SELECT count(*) FILTER (WHERE state = 'completed') > 0 AND NOT EXISTS (SELECT FROM token_tasks) AS done
       FROM onfile_jobs.job`,
    );
    return left?.done;
  });
  started.signal('SIGTERM');
  assert.deepEqual(await started.ended, { code: 0, signal: null });
});
