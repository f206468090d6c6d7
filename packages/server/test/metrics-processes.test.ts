import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { test } from 'node:test';
import { childrenOf } from './harness/child-processes.ts';
import { newInstallation } from './harness/installation.ts';
import { scrape, sumOf } from './harness/scrape.ts';
import { until } from './harness/until.ts';

const silent = 'onfile_metrics_silent_sources';

test('one scrape sees all processes and the background, and no count goes back when a process is killed', async (t) => {
  const installation = await newInstallation(t);
  const server = await installation.serve({ METRICS_PORT: '0', WORKERS: '2', PORT: String(await freePort()) });
  const [, url = ''] = await server.said(/^ {2}metrics {6}(http:\/\/127\.0\.0\.1:\d+\/metrics)$/m);
  const refused = () => server.call('GET', '/v1/customers/1');
  const counted = async () => {
    const lines = await scrape(url);
    return { lines, refused: sumOf(lines, 'onfile_http_requests_total', 'customers', 'status="401"') };
  };
  // The background is at work a moment later.
  await until(async () => (await scrape(url)).get('onfile_database_up') === 1);
  // Each on a connection of its own, so that both processes get some.
  await Promise.all(Array.from({ length: 20 }, refused));
  const { lines, refused: atFirst } = await counted();
  assert.equal(atFirst, 20);
  assert.equal(lines.get(silent), 0);
  for (const part of ['parent', 'http', 'background']) {
    assert.ok(sumOf(lines, 'nodejs_heap_size_used_bytes', `part="${part}"`) > 1e6, part);
    assert.ok(sumOf(lines, 'onfile_database_connections_limit', `part="${part}"`) > 0, part);
  }
  // The background is a thread of the parent's, whose memory it shares.
  assert.equal(sumOf(lines, 'process_resident_memory_bytes', 'part="background"'), 0);

  const [pid = 0] = await childrenOf(server.pid);
  process.kill(pid, 'SIGKILL');
  await server.said(/an HTTP process ended; starting another/);
  assert.equal((await counted()).refused, 20);
  await until(async () => (await counted()).lines.get('onfile_database_connections_limit{part="http"}') === 20);
  await Promise.all(Array.from({ length: 20 }, refused));
  const afterwards = await counted();
  assert.equal(afterwards.refused, 40);
  assert.equal(afterwards.lines.get(silent), 0);
  server.signal('SIGTERM');
  assert.deepEqual(await server.ended, { code: 0, signal: null });
});

test('a port of the metrics that is taken stops the start with a sentence, and nothing is left running', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  const port = await portOf(other);
  const installation = await newInstallation(t);
  const server = installation.start({ METRICS_PORT: String(port) });
  const { code } = await server.ended;
  assert.equal(code, 1);
  const sentence = `onfile cannot start: 127.0.0.1:${port} is taken by another program; set METRICS_PORT to a free one`;
  assert.ok(server.errors().includes(sentence), server.errors());
});

async function portOf(server: Server): Promise<number> {
  if (!server.listening) await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  return address.port;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  const port = await portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}
