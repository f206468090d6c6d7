import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAllOrNothing } from './harness/assert-all-or-nothing.ts';
import { postmasterPid } from './harness/data-directory.ts';
import { demoPayee, killDatabase, newInstallation } from './harness/installation.ts';
import { keyHeader } from './harness/main-job.ts';
import { until } from './harness/until.ts';
import { startUpdateLoad } from './harness/update-load.ts';

const unlimited = { RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'error' };
const enough = 10;

test('kill -9 of Node in mid-load loses no acknowledged update and leaves none half done', async (t) => {
  const installation = await newInstallation(t);
  const killed = await installation.serve(unlimited);
  const load = await startUpdateLoad(killed, await demoPayee(installation.dataDir, killed));
  await until(async () => load.acknowledged() >= enough);
  await killed.kill();
  await load.stop();

  const database = await postmasterPid(installation.dataDir);
  assert.notEqual(database, null);
  const next = await installation.serve(unlimited);
  assert.equal(await postmasterPid(installation.dataDir), database, 'the database that was left running is adopted');
  await assertAllOrNothing(installation, next, load.updates);
});

test('kill -9 of Node and of PostgreSQL loses none either', async (t) => {
  const installation = await newInstallation(t);
  const killed = await installation.serve(unlimited);
  const load = await startUpdateLoad(killed, await demoPayee(installation.dataDir, killed));
  await until(async () => load.acknowledged() >= enough);
  await Promise.all([killed.kill(), killDatabase(installation.dataDir)]);
  await load.stop();
  await assertAllOrNothing(installation, await installation.serve(unlimited), load.updates);
});

test('kill -9 of PostgreSQL alone: callers get 503 until it is back, and nothing acknowledged is lost', async (t) => {
  const installation = await newInstallation(t);
  const server = await installation.serve(unlimited);
  const payee = await demoPayee(installation.dataDir, server);
  const load = await startUpdateLoad(server, payee);
  await until(async () => load.acknowledged() >= enough);
  const before = load.acknowledged();
  await killDatabase(installation.dataDir);
  await server.said(/^the embedded database has ended by itself; starting it again$/m);
  await until(async () => {
    const headers = keyHeader(payee);
    const answer = await server.call('GET', `/v1/customers/${payee.customerId}`, { headers });
    if (answer.status !== 200) assertUnavailable(answer);
    return answer.status === 200;
  });
  await until(async () => load.acknowledged() >= before + enough);
  await load.stop();

  const refused = load.updates.flatMap(({ answer }) => (answer && answer.status !== 200 ? [answer] : []));
  refused.forEach(assertUnavailable);
  await assertAllOrNothing(installation, server, load.updates);
  server.signal('SIGTERM');
  assert.deepEqual(await server.ended, { code: 0, signal: null });
});

function assertUnavailable(answer: { status: number; headers: Headers; body: any }): void {
  assert.equal(answer.status, 503, JSON.stringify(answer.body));
  assert.equal(answer.body.errorCode, 'errormessage.unavailable');
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
}

test('a database that ends again and again stops the server with a sentence, for a service manager to see', async (t) => {
  const { dataDir, serve } = await newInstallation(t);
  const server = await serve({ LOG_LEVEL: 'silent' });
  await until(async () => {
    const health = await server.call('GET', '/health/ready').catch(() => null);
    if (health?.status === 200) await killDatabase(dataDir);
    return server.hasEnded();
  });
  assert.deepEqual(await server.ended, { code: 1, signal: null });
  const lastLine = server.errors().trimEnd().split('\n').at(-1) ?? '';
  assert.match(lastLine, /^onfile: the embedded database ended 4 times in a short while.*; .*postgres\.log/);
  assert.equal(await postmasterPid(dataDir), null);
});
