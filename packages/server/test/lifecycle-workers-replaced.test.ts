import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childrenOf } from './harness/child-processes.ts';
import { newInstallation } from './harness/installation.ts';
import { scrape } from './harness/scrape.ts';
import { until } from './harness/until.ts';

const servingProcesses = 'onfile_database_connections_limit{part="http"}';

test('an HTTP process that is killed is replaced by one that serves, on a port of the system’s choice too', async (t) => {
  const installation = await newInstallation(t);
  const server = await installation.serve({ METRICS_PORT: '0', WORKERS: '2', PORT: '0' });
  const [, url = ''] = await server.said(/^ {2}metrics {6}(http:\S+)$/m);
  const connections = async () => (await scrape(url)).get(servingProcesses);
  const both = await connections();
  assert.ok(both);
  const endings = () => server.errors().match(/an HTTP process ended; starting another/g)?.length ?? 0;
  const bothServe = (ended: number) => until(async () => endings() === ended && (await connections()) === both);
  const isReady = async () => (await server.call('GET', '/health/ready').catch(() => null))?.status === 200;

  await t.test('alone, while the other one serves', async () => {
    const [pid = 0] = await childrenOf(server.pid);
    process.kill(pid, 'SIGKILL');
    await until(async () => endings() === 1);
    assert.ok(await isReady());
    await bothServe(1);
  });

  await t.test('both at once, at the address where they were', async () => {
    for (const pid of await childrenOf(server.pid)) process.kill(pid, 'SIGKILL');
    await until(async () => endings() === 3);
    await bothServe(3);
    assert.ok(await isReady());
  });

  server.signal('SIGTERM');
  assert.deepEqual(await server.ended, { code: 0, signal: null });
  assert.equal(endings(), 3);
});
