import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childrenOf } from './harness/child-processes.ts';
import { postmasterPid } from './harness/data-directory.ts';
import { demoPayee, newInstallation, submitAtSlowGateway } from './harness/installation.ts';
import { keyHeader } from './harness/main-job.ts';
import { until } from './harness/until.ts';

const limit = 20;
const settings = { WORKERS: '2', RATE_LIMIT_PER_MINUTE: String(limit), SIMULATOR_LATENCY_MS: '1000' };

test('two HTTP processes serve as one: limits are exact, a killed one is replaced, a stop drains both', async (t) => {
  const installation = await newInstallation(t);
  const server = await installation.serve(settings);
  const payee = await demoPayee(installation.dataDir, server);
  const customer = () => server.call('GET', `/v1/customers/${payee.customerId}`, { headers: keyHeader(payee) });
  const workers = await childrenOf(server.pid);
  assert.equal(workers.length, 2);

  await t.test('a rate limit counts the requests of both', async () => {
    const answers = await Promise.all(Array.from({ length: 3 * limit }, customer));
    const statuses = answers.map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 200).length, limit);
    assert.equal(statuses.filter((status) => status === 429).length, 2 * limit);
  });

  await t.test('when one is killed the other goes on, and a new one takes its place', async () => {
    const [first, second] = workers;
    process.kill(first ?? 0, 'SIGKILL');
    await server.said(/an HTTP process ended; starting another/);
    // A connection that was kept to the killed one breaks.
    await until(async () => (await server.call('GET', '/health/ready').catch(() => null))?.status === 200);
    const replaced = await until(async () => {
      const living = (await childrenOf(server.pid)).filter((pid) => pid !== first);
      return living.length === 2 && living;
    });
    // Only the new one is left to answer.
    process.kill(second ?? 0, 'SIGKILL');
    assert.ok(replaced.includes(second ?? 0));
    await until(async () => {
      const answer = await server.call('GET', '/health/ready').catch(() => null);
      return answer?.status === 200;
    });
    await until(async () => (await childrenOf(server.pid)).length === 2);
  });

  const { answer } = await submitAtSlowGateway(installation, server);
  server.pressCtrlC();
  assert.equal((await answer).status, 200);
  assert.deepEqual(await server.ended, { code: 0, signal: null });
  assert.equal(await postmasterPid(installation.dataDir), null);
});

test('kill -9 of the parent ends its HTTP processes, and the next start goes on', async (t) => {
  const installation = await newInstallation(t);
  const killed = await installation.serve({ WORKERS: '2' });
  const workers = await childrenOf(killed.pid);
  await killed.kill();
  await until(async () => workers.every((pid) => !isAlive(pid)));
  const next = await installation.serve({ WORKERS: '2', PORT: new URL(killed.url).port });
  assert.equal((await next.call('GET', '/health/ready')).status, 200);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
