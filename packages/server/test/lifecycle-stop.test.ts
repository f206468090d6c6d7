import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { postmasterPid } from './harness/data-directory.ts';
import { newInstallation, submitAtSlowGateway } from './harness/installation.ts';
import { until } from './harness/until.ts';

test('ctrl-C gives the request under way its answer, stops the database and ends with 0', async (t) => {
  const { dataDir, server, answer } = await withRequestUnderWay(t, '1000');
  server.pressCtrlC();
  // npm passes the terminal's ctrl-C on: that is the same one, not a second.
  server.signal('SIGINT');
  await server.said(/^onfile: finishing what is under way/m);
  const { status, headers } = await answer;
  assert.equal(status, 200);
  assert.equal(headers.get('connection'), 'close');
  assert.deepEqual(await server.ended, { code: 0, signal: null });
  assert.match(server.output(), /^onfile stopped$/m);
  assert.equal(await postmasterPid(dataDir), null);
});

test('a second ctrl-C cuts off what is under way, and still stops the database', async (t) => {
  const { dataDir, server, answer } = await withRequestUnderWay(t, '60000');
  const cut = assert.rejects(answer);
  // Pressed until it has had enough: presses that come too close together are one.
  await until(async () => {
    if (!server.hasEnded()) server.pressCtrlC();
    return server.hasEnded();
  });
  await cut;
  assert.deepEqual(await server.ended, { code: 130, signal: null });
  await until(async () => (await postmasterPid(dataDir)) === null);
});

test('a ctrl-C during the start stops it as soon as it has started', async (t) => {
  const installation = await newInstallation(t);
  const server = installation.start();
  await server.said(/^creating the embedded database/m);
  server.pressCtrlC();
  assert.deepEqual(await server.ended, { code: 0, signal: null });
  assert.equal(await postmasterPid(installation.dataDir), null);
});

/** A card that is being checked at a gateway that takes so many milliseconds. */
async function withRequestUnderWay(t: TestContext, latencyMs: string) {
  const installation = await newInstallation(t);
  const server = await installation.serve({ SIMULATOR_LATENCY_MS: latencyMs });
  return { dataDir: installation.dataDir, server, ...(await submitAtSlowGateway(installation, server)) };
}
