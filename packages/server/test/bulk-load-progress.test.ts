import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { mostWatchers } from '../src/ops/bulk-loads/watchers.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { runBackgroundTasks } from './harness/background-tasks.ts';
import { openLoad, sendPart, startLoad } from './harness/bulk-loads.ts';
import { demoPayee, newInstallation } from './harness/installation.ts';
import { limitedToContact } from './harness/limited-client.ts';
import { bearer, type Payee } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

let server: TestServer;

before(async () => {
  server = await startTestServer();
});

after(() => server.stop());

const pathOf = (tenant: Payee, id: string) => `/bulkLoads/${tenant.tenantId}/${id}/progress`;

const watch = (
  tenant: Payee,
  id: string,
  { signal = null, headers = {} }: { signal?: AbortSignal | null; headers?: Record<string, string> } = {},
  at: { url: string } = server,
): Promise<Response> => fetch(`${at.url}${pathOf(tenant, id)}`, { headers: { ...bearer(tenant), ...headers }, signal });

const eventsOf = (text: string): { id: string; load: Record<string, any> }[] =>
  text
    .split('\n\n')
    .filter((event) => event.startsWith('id: '))
    .map((event) => {
      const [, id = '', data = ''] = /^id: (\d+)\ndata: (.+)$/.exec(event) ?? [];
      return { id, load: JSON.parse(data) };
    });

/** Waits for the first event, and takes no more. */
async function seenOnce(response: Response): Promise<string> {
  const { value } = (await response.body?.getReader().read()) ?? {};
  return new TextDecoder().decode(value);
}

describe('the progress of a bulk load', () => {
  it('is told as it happens, up to the end of the load', async () => {
    const acme = await server.tenant('told');
    const id = await openLoad(server, acme, { format: 'ndjson' });
    const response = await watch(acme, id);
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const text = response.text();
    await sendPart(server, acme, id, 0, '{"name":"incomplete"}\n');
    await startLoad(server, acme, id);
    await runBackgroundTasks(server, 'told');
    const events = eventsOf(await text);
    const states = events.map(({ load }) => load['state']);
    assert.deepEqual([states.at(0), states.at(-1)], ['open', 'done']);
    assert.deepEqual([events.at(-1)?.load['failed'], events.at(-1)?.load['processed']], [1, 1]);
    const ids = events.map((event) => Number(event.id));
    assert.deepEqual(
      ids,
      [...new Set(ids)].toSorted((one, another) => one - another),
    );
  });

  it('of a load that is over is told once, also to whoever has seen it before', async () => {
    const acme = await server.tenant('over');
    const id = await openLoad(server, acme);
    await server.call('POST', `/bulkLoads/over/${id}/cancel`, { headers: bearer(acme) });
    for (const seen of ['0', '2', 'nonsense']) {
      const events = eventsOf(await (await watch(acme, id, { headers: { 'last-event-id': seen } })).text());
      assert.deepEqual(
        events.map(({ load }) => load['state']),
        ['cancelled'],
      );
    }
  });

  it('names the error that ended a load, in the language that is asked for', async () => {
    const acme = await server.tenant('failed');
    const id = await openLoad(server, acme);
    await sendPart(server, acme, id, 0, 'name,nmae\na,b\n');
    await startLoad(server, acme, id);
    await runBackgroundTasks(server, 'failed');
    const [event] = eventsOf(await (await watch(acme, id, { headers: { 'accept-language': 'de' } })).text());
    const { state, error } = event?.load ?? {};
    assert.deepEqual(
      [state, error.errorCode, error.reference],
      ['failed', 'errormessage.validation.unknown.field', 'nmae'],
    );
  });

  it('is for callers who may read bulk loads of this tenant, whole tenants only', async () => {
    const acme = await server.tenant('walls');
    const neighbour = await server.tenant('neighbour');
    const id = await openLoad(server, acme);
    const asked = (tenant: TestTenant) =>
      server.call('GET', `/bulkLoads/${tenant.tenantId}/${id}/progress`, { headers: bearer(tenant) });
    assertRefused(await asked(neighbour), 404, 'bulk.load.not.found');
    assertRefused(await asked(await limitedToContact(server, acme)), 403, 'permission.denied');
  });

  it('is told to so many of a tenant at a time, and to others when they have gone', async () => {
    const acme = await server.tenant('crowd');
    const id = await openLoad(server, acme);
    const leaving = new AbortController();
    const { signal } = leaving;
    const crowd = await Promise.all(Array.from({ length: mostWatchers }, () => watch(acme, id, { signal })));
    for (const response of crowd) assert.match(await seenOnce(response), /"state":"open"/);
    const refused = await server.call('GET', pathOf(acme, id), { headers: bearer(acme) });
    assertRefused(refused, 429, 'rate.limit.exceeded');
    assert.equal(refused.headers.get('retry-after'), '5');
    leaving.abort();
    await until(async () => {
      const late = new AbortController();
      const { status } = await watch(acme, id, { signal: late.signal });
      late.abort();
      return status === 200;
    });
  });

  it('keeps no server from ending', async (t) => {
    const installation = await newInstallation(t);
    const other = await installation.serve();
    const demo = await demoPayee(installation.dataDir, other);
    const id = await openLoad(other, demo);
    const response = await watch(demo, id, {}, other);
    const reader = response.body?.getReader();
    await reader?.read();
    other.signal('SIGTERM');
    assert.equal((await reader?.read())?.done, true, 'it ends as it should, and is not cut');
    assert.deepEqual(await other.ended, { code: 0, signal: null });
  });
});
