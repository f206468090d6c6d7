import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { destroyFiles } from '../src/ops/files/destroy.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { announce, complete, fileValue, readFile, storeFile, sweep, upload } from './harness/files.ts';

import { query } from './harness/look-inside.ts';
import {
  bearer,
  enterCard,
  getRecord,
  keyHeader,
  putRecord,
  recordBody,
  replaceInstrument,
} from './harness/main-job.ts';
import { type S3Server, startS3Server } from './harness/s3-server.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const day = 24 * 3_600_000;

let s3: S3Server;
let server: TestServer;
let acme: TestTenant;
let other: TestTenant;

before(async () => {
  let now = () => new Date();
  s3 = await startS3Server(() => now());
  server = await startTestServer({ filesS3: s3.settings });
  now = server.clock.now;
  acme = await server.tenant('acme', { replacedNumberRetentionDays: 30 });
  other = await server.tenant('other');
});

after(async () => {
  await server.stop();
  await s3.stop();
});

type Body = Record<string, any>;

const path = (id: string, rest = ''): string => `/storedPaymentMethods/acme/${id}${rest}`;
const call = (method: string, url: string, body?: unknown, tenant = acme): Promise<Answer> =>
  server.call(method, url, { headers: bearer(tenant), ...(body === undefined ? {} : { body }) });

const objectsOf = (file: Body): number => [...s3.objects.keys()].filter((key) => key.includes(file['id'])).length;

const hasFiles = async (id: string): Promise<unknown> => {
  const [row] = await query<{ has_files: boolean | null }>(
    server,
    `SELECT (marks -> 'has_files')::boolean AS has_files FROM stored_payment_methods WHERE id = $1`,
    [id],
  );
  return row?.has_files ?? undefined;
};

/** Moves the clock on and gets a token that is valid then. */
async function pass(milliseconds: number): Promise<void> {
  server.clock.advance(milliseconds);
  for (const tenant of [acme, other]) {
    const { body } = await server.call('POST', '/oauth/token', {
      body: { grant_type: 'client_credentials', client_id: tenant.clientId, client_secret: tenant.clientSecret },
    });
    tenant.accessToken = body.access_token;
  }
}

async function recordWith(file: Body, field?: string): Promise<Body> {
  const { status, body } = await call(
    'POST',
    '/storedPaymentMethods/acme',
    recordBody(acme, { custom_field_values: [fileValue(file, field)] }),
  );
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

describe('a record that refers to a file', () => {
  it('says that there is one, and the file whose it is, until another takes its place and its retention is over', async () => {
    const [first, second] = [await storeFile(server, acme), await storeFile(server, acme)];
    const record = await recordWith(first);
    assert.equal(record['sys_has_files_in_s3'], true);
    const { body: linked } = await readFile(server, acme, first['id']);
    assert.deepEqual([linked.stored_payment_method_id, linked.kept_until], [record['id'], undefined]);
    const replaced = await putRecord(server, acme, { ...record, custom_field_values: [fileValue(second)] });
    assert.equal(replaced.body.sys_has_files_in_s3, true);
    await pass(29 * day);
    await sweep(server, acme);
    assert.deepEqual([objectsOf(first), objectsOf(second)], [1, 1]);
    const { body: history } = await call('GET', path(record['id'], '?as_of=1'));
    assert.deepEqual(history.custom_field_values, [fileValue(first)]);
    await pass(2 * day);
    await sweep(server, acme);
    assert.deepEqual([objectsOf(first), objectsOf(second)], [0, 1]);
    assertRefused(await readFile(server, acme, first['id']), 404, 'file.not.found');
    assert.equal((await getRecord(server, acme, record['id'])).body.sys_has_files_in_s3, true);
    assert.equal((await call('GET', path(record['id'], '?as_of=1'))).status, 200);
  });

  it('says so no more once the last one is destroyed, in the same version', async () => {
    const file = await storeFile(server, acme);
    const record = await recordWith(file);
    const { body: without } = await putRecord(server, acme, { ...record, custom_field_values: [] });
    assert.equal(without.sys_has_files_in_s3, true);
    await pass(31 * day);
    await sweep(server, acme);
    assert.equal(objectsOf(file), 0);
    const { body } = await getRecord(server, acme, record['id']);
    assert.deepEqual([body.sys_has_files_in_s3, body.sys_version], [undefined, 2]);
  });

  it('is read and put back as it is, patched, and billed, and keeps its file', async () => {
    const file = await storeFile(server, acme);
    const record = await recordWith(file);
    assert.equal((await putRecord(server, acme, record)).status, 200);
    const patched = await call('PATCH', path(record['id']), [{ op: 'replace', path: '/name', value: 'Other' }]);
    assert.equal(patched.status, 200);
    const batch = await call('POST', '/storedPaymentMethods/acme/batch', {
      operations: [{ method: 'PATCH', id: record['id'], body: [{ op: 'remove', path: '/expires' }] }],
    });
    assert.equal(batch.body.error_count, 0, JSON.stringify(batch.body));
    await pass(60 * day);
    await sweep(server, acme);
    const { body } = await getRecord(server, acme, record['id']);
    assert.deepEqual([body.custom_field_values, body.sys_has_files_in_s3], [[fileValue(file)], true]);
    assert.equal(objectsOf(file), 1);
  });

  it('keeps it through an entry in the browser, which makes a version too', async () => {
    const { body } = await server.call('POST', '/v1/customers/create', {
      headers: keyHeader(acme),
      body: { firstName: 'Ada', lastName: 'Billed' },
    });
    const ada = { ...acme, customerId: body.id, contactId: body.contactId };
    const entered = await replaceInstrument(server, ada, await enterCard(server, ada));
    assert.equal(entered.status, 200, JSON.stringify(entered.body));
    const [listed] = (await call('GET', `/storedPaymentMethods/acme/contact/${ada.contactId}`)).body.Items;
    const file = await storeFile(server, acme);
    await putRecord(server, acme, { ...listed, custom_field_values: [fileValue(file)] });
    await replaceInstrument(server, ada, await enterCard(server, ada));
    const { body: renewed } = await getRecord(server, acme, listed.id);
    assert.deepEqual([renewed.custom_field_values, renewed.sys_has_files_in_s3], [[fileValue(file)], true]);
    assert.equal((await readFile(server, acme, file['id'])).body.stored_payment_method_id, listed.id);
  });

  it('loses it some time after its deletion, unless it is brought back before', async () => {
    const [kept, lost] = [await storeFile(server, acme), await storeFile(server, acme)];
    const [restored, gone] = [await recordWith(kept), await recordWith(lost)];
    for (const { id } of [restored, gone]) assert.equal((await call('DELETE', path(id))).status, 200);
    assert.ok((await readFile(server, acme, kept['id'])).body.kept_until);
    await pass(29 * day);
    const { status, body } = await call('POST', path(restored['id'], '/restore'), {});
    assert.deepEqual([status, body.record.custom_field_values], [200, [fileValue(kept)]]);
    await pass(2 * day);
    await sweep(server, acme);
    assert.deepEqual([objectsOf(kept), objectsOf(lost)], [1, 0]);
    assert.deepEqual([await hasFiles(restored['id']), await hasFiles(gone['id'])], [true, undefined]);
  });

  it('can be brought back without a file that was destroyed since', async () => {
    const file = await storeFile(server, acme);
    const text = { custom_field_id: 'note__c', string_value: 'kept' };
    const { body: record } = await call(
      'POST',
      '/storedPaymentMethods/acme',
      recordBody(acme, { custom_field_values: [fileValue(file), text] }),
    );
    await call('DELETE', path(record.id));
    await pass(31 * day);
    await sweep(server, acme);
    const { status, body } = await call('POST', path(record.id, '/restore'), {});
    assert.deepEqual([status, body.record.custom_field_values], [200, [text]]);
    assert.equal(body.record.sys_has_files_in_s3, undefined);
  });

  it('gets the file of an earlier version back with that version', async () => {
    const file = await storeFile(server, acme);
    const record = await recordWith(file);
    await putRecord(server, acme, { ...record, custom_field_values: [] });
    const { body } = await call('POST', path(record['id'], '/restore'), { sys_version: 1 });
    assert.deepEqual(body.record.custom_field_values, [fileValue(file)]);
    await pass(60 * day);
    await sweep(server, acme);
    assert.equal(objectsOf(file), 1);
  });
});

describe('a file that no record refers to', () => {
  it('goes after a day, uploaded or not', async () => {
    const file = await storeFile(server, acme);
    const { body: announced } = await announce(server, acme);
    await upload(announced);
    await pass(day - 60_000);
    await sweep(server, acme);
    assert.equal((await readFile(server, acme, file['id'])).status, 200);
    await pass(120_000);
    await sweep(server, acme);
    assert.deepEqual([objectsOf(file), objectsOf(announced)], [0, 0]);
    assertRefused(await complete(server, acme, announced.id), 404, 'file.not.found');
  });

  it('leaves nothing behind, not even what its link brings late', async () => {
    const { body: file } = await announce(server, acme);
    await query(server, `UPDATE files SET destroy_after = $2 WHERE file_id = $1`, [file.id, server.clock.now()]);
    await sweep(server, acme);
    assert.equal((await upload(file)).status, 200);
    await pass(21 * 60_000);
    await sweep(server, acme);
    assert.equal(objectsOf(file), 0);
    assert.deepEqual(await query(server, 'SELECT 1 FROM files WHERE file_id = $1', [file.id]), []);
  });
});

describe('the destruction of a file', () => {
  /** A record whose one file is due. */
  async function doomed(): Promise<{ file: Body; record: Body }> {
    const file = await storeFile(server, acme);
    const record = await recordWith(file);
    await putRecord(server, acme, { ...record, custom_field_values: [] });
    await pass(31 * day);
    return { file, record };
  }

  it('waits while the storage is away, and the record says so as long', async () => {
    const { file, record } = await doomed();
    s3.fail('slow-down');
    await assert.rejects(sweep(server, acme));
    assert.equal(await hasFiles(record['id']), true);
    s3.fail(null);
    await pass(6 * 60_000);
    await sweep(server, acme);
    assert.deepEqual([objectsOf(file), await hasFiles(record['id'])], [0, undefined]);
  });

  it('goes on where a crash between the bytes and the row left it', async () => {
    const { file, record } = await doomed();
    const ctx = await tenantContext(server.services, 'acme', { kind: 'worker', id: 'sweep', scopes: new Set() });
    const transaction = () => Promise.reject(new Error('the process died'));
    // Rows of the files of other tests come before it.
    while (objectsOf(file) > 0) await assert.rejects(destroyFiles({ ...ctx, db: { ...ctx.db, transaction } }));
    assert.deepEqual([objectsOf(file), await hasFiles(record['id'])], [0, true]);
    const back = await call('POST', path(record['id'], '/restore'), { sys_version: 1 });
    assert.deepEqual(back.body.record.custom_field_values, []);
    await pass(6 * 60_000);
    await sweep(server, acme);
    assert.equal(await hasFiles(record['id']), undefined);
  });

  it('while its record is being changed leaves no mark behind that is not so', async () => {
    const { file, record } = await doomed();
    const rename = (name: string) => call('PATCH', path(record['id']), [{ op: 'replace', path: '/name', value: name }]);
    const [swept, ...changes] = await Promise.allSettled([sweep(server, acme), ...['a', 'b', 'c', 'd'].map(rename)]);
    assert.equal(swept.status, 'fulfilled');
    assert.deepEqual(
      changes.map((one) => one.status === 'fulfilled' && one.value.status),
      [200, 200, 200, 200],
    );
    assert.equal(objectsOf(file), 0);
    await pass(21 * 60_000);
    await sweep(server, acme);
    assert.equal(await hasFiles(record['id']), undefined);
  });

  it('and a restore at the same moment end with the file kept or the value left out', async () => {
    for (let round = 0; round < 4; round++) {
      const { file, record } = await doomed();
      const restore = () => call('POST', path(record['id'], '/restore'), { sys_version: 1 });
      const [, { status, body }] = await Promise.all([sweep(server, acme), restore()]);
      assert.ok(status === 200 || status === 409, JSON.stringify(body));
      // A mark that the race left behind goes with the file's row.
      await pass(21 * 60_000);
      await sweep(server, acme);
      const { body: current } = await getRecord(server, acme, record['id']);
      const isKept = current.custom_field_values.length === 1;
      assert.deepEqual([objectsOf(file), current.sys_has_files_in_s3], isKept ? [1, true] : [0, undefined]);
    }
  });

  it('is audited, as is all that was done with it before', async () => {
    const { file } = await doomed();
    await readFile(server, acme, file['id']);
    await sweep(server, acme);
    await sweep(server, acme);
    const entries = await query<{ action: string }>(
      server,
      'SELECT action FROM audit_entries WHERE subject_id = $1 ORDER BY at, audit_id',
      [file['id']],
    );
    assert.deepEqual(
      entries.map(({ action }) => action),
      ['file.announced', 'file.stored', 'file.link_given', 'file.destroyed'],
    );
  });
});
