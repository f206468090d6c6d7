import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { ToBackgroundThread } from '../src/lifecycle/background-work.ts';
import { counts, getOperation, orderOperation, rename, undoOperation } from './harness/bulk-data-operations.ts';
import { openLoad, readLoad, sendPart, startLoad } from './harness/bulk-loads.ts';
import { defineFields, recalculations } from './harness/calculated-fields.ts';
import { ask, capture, readRestore } from './harness/configuration-snapshots.ts';
import { linesOf } from './harness/csv.ts';
import { bearer, createRecord } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

const many = 24;
/** Enough for some of the records at a time, and far too little for all of them. */
const resourceLimits = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 110 };
const threadFile = new URL('../src/lifecycle/background-thread.ts', import.meta.url);

const large = Array.from({ length: 70 }, (_, n) => ({
  custom_field_id: `text${n}__c`,
  string_value: 'lorem ipsum '.repeat(833),
}));

/** The thread that does the background work, with little memory. */
async function startSmallThread({ services: { config }, database, url }: TestServer) {
  const workerData: ToBackgroundThread = { config, databaseUrl: database.url, publicUrl: url, isTerminal: false };
  const thread = new Worker(threadFile, { workerData, resourceLimits });
  let failure: unknown;
  thread.once('error', (error) => {
    failure = error;
  });
  await once(thread, 'message');
  return {
    /** Waits for the end of what was ordered. */
    async done(look: () => Promise<Record<string, any>>): Promise<Record<string, any>> {
      return until(async () => {
        if (failure) throw new Error('the thread died', { cause: failure });
        const task = await look();
        return task['ended_at'] !== undefined && task;
      });
    },
    stop: () => thread.terminate(),
  };
}

async function walk(server: TestServer, tenant: TestTenant): Promise<string[][]> {
  const pages: string[][] = [];
  for (let next = ''; ; ) {
    const path = `/storedPaymentMethods/${tenant.tenantId}?limit=${many}${next}`;
    const { Items, LastEvaluatedKey } = (await ask(server, tenant, 'GET', path)).body;
    pages.push(Items.map(({ sys_external_id: id }: Record<string, string>) => id));
    if (LastEvaluatedKey === undefined) return pages;
    next = `&exclusiveStartKey=${encodeURIComponent(LastEvaluatedKey)}`;
  }
}

test('all long work on records of 700 kB each gets by with a small heap', async (t) => {
  const server = await startTestServer();
  const stops: (() => Promise<unknown>)[] = [() => server.stop()];
  t.after(async () => {
    for (const stop of stops.toReversed()) await stop();
  });
  const tenant = await server.tenant('club');
  const names = Array.from({ length: many }, (_, n) => `large-${n}`);
  for (const sys_external_id of names) {
    await createRecord(server, tenant, { sys_external_id, custom_field_values: large });
  }
  const snapshot = await capture(server, tenant);
  const thread = await startSmallThread(server);
  stops.push(thread.stop);

  const order = { kind: 'change', filter: { credit_card_type: 'visa' }, patch: rename('Renamed') };
  const { body: operation } = await orderOperation(server, tenant, order);
  const all = { state: 'done', selected: many, changed: many, unchanged: 0, failed: 0 };
  assert.deepEqual(counts(await thread.done(() => getOperation(server, tenant, operation.id))), all);

  const { body: undo } = await undoOperation(server, tenant, operation.id);
  assert.deepEqual(counts(await thread.done(() => getOperation(server, tenant, undo.id))), all);

  await defineFields(server, tenant, { label__c: { type: 'string', calculation: 'record.name + "!"' } });
  const newest = async () => (await recalculations(server, tenant, '?limit=1')).body.Items[0];
  const recalculated = await thread.done(newest);
  assert.deepEqual([recalculated['state'], recalculated['changed']], ['done', many]);

  const id = await openLoad(server, tenant);
  await sendPart(server, tenant, id, 0, `sys_external_id,name\n${names.map((name) => `${name},Loaded\n`).join('')}`);
  await startLoad(server, tenant, id);
  const loaded = await thread.done(() => readLoad(server, tenant, id));
  assert.deepEqual([loaded['state'], loaded['updated'], loaded['failed']], ['done', many, 0]);

  const path = `/configurationSnapshots/${tenant.tenantId}/${snapshot['id']}/restore`;
  const { body: ordered } = await ask(server, tenant, 'POST', path, { with_records: true });
  const restored = await thread.done(() => readRestore(server, tenant, ordered.id));
  assert.deepEqual([restored['state'], restored['counts'].records], ['done', many]);

  const pages = await walk(server, tenant);
  assert.deepEqual(pages.flat(), names);
  assert.ok(pages.every((page) => page.length < many / 2));
  const exportPath = `/storedPaymentMethods/${tenant.tenantId}/export?format=ndjson`;
  const { body: exported } = await server.call('GET', exportPath, { headers: bearer(tenant) });
  assert.deepEqual(
    linesOf(exported).map((line) => line['sys_external_id']),
    names,
  );
});
