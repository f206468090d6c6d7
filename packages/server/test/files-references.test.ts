import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { scopes } from '../src/contract/scopes.ts';
import { createClient } from '../src/ops/clients/create.ts';
import { createStoredPaymentMethod } from '../src/ops/stored-payment-methods/create.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { applyRecordChanges } from '../src/store/record-changes.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { announce, fileValue, pdf, readFile, storeFile } from './harness/files.ts';
import { query } from './harness/look-inside.ts';
import { bearer, createRecord, keyHeader, putRecord, recordBody } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let other: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  other = await server.tenant('other');
});

after(() => server.stop());

type Body = Record<string, any>;

const call = (method: string, url: string, body: unknown, tenant = acme): Promise<Answer> =>
  server.call(method, url, { headers: bearer(tenant), body });

describe('a reference to a file', () => {
  const refer = (file: Body, field?: string, tenant = acme): Promise<Answer> =>
    call(
      'POST',
      `/storedPaymentMethods/${tenant.tenantId}`,
      recordBody(tenant, { custom_field_values: [fileValue(file, field)] }),
      tenant,
    );
  const place = 'custom_field_values[0].file_url_value';

  it('is refused when there is no such file, or none of this tenant, or it is not stored', async () => {
    const { body: announced } = await announce(server, acme);
    const theirs = await storeFile(server, other);
    const unknown = { file_url_value: 'urn:onfile:file:file_0198' };
    for (const file of [announced, theirs, unknown]) {
      assertRefused(await refer(file), 409, 'record.reference.missing', place);
    }
    assertRefused(await refer({ file_url_value: 'URN:onfile:FILE:x' }), 409, 'record.reference.missing', place);
  });

  it('names the field in the language of the caller', async () => {
    const { body } = await server.call('POST', '/storedPaymentMethods/acme', {
      headers: { ...bearer(acme), 'accept-language': 'de' },
      body: recordBody(acme, { custom_field_values: [fileValue({ file_url_value: 'urn:onfile:file:x' })] }),
    });
    assert.match(body.errorMessage, /eine gespeicherte Datei/);
  });

  it('to a file elsewhere is none of ours', async () => {
    const { status, body } = await refer({ file_url_value: 'https://files.example.com/a.pdf' });
    assert.deepEqual([status, body.sys_has_files_in_s3], [201, undefined]);
  });

  it('is refused when the file was made for another field, or belongs to another record', async () => {
    const file = await storeFile(server, acme, pdf, { custom_field_id: 'contract__c' });
    assertRefused(await refer(file, 'photo__c'), 409, 'file.taken', place);
    assert.equal((await refer(file)).status, 201);
    assertRefused(await refer(file), 409, 'file.taken', place);
  });

  it('of two records at once is granted to one of them', async () => {
    const file = await storeFile(server, acme);
    const answers = await Promise.all(Array.from({ length: 6 }, () => refer(file)));
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [201, 409, 409, 409, 409, 409],
    );
    const records = await query(server, `SELECT 1 FROM files WHERE file_id = $1 AND record_id IS NOT NULL`, [
      file['id'],
    ]);
    assert.equal(records.length, 1);
  });

  it('of two changes in one statement is granted to the first', async () => {
    const file = await storeFile(server, acme);
    const changes: Parameters<typeof applyRecordChanges>[1][number][] = [];
    const ctx = await tenantContext(server.services, 'acme', { kind: 'worker', id: 'load', scopes: new Set(scopes) });
    const noted = {
      ...ctx,
      changeRecord: async (_: string, change: (typeof changes)[number]) => {
        changes.push(change);
        return 'applied' as const;
      },
    };
    for (let n = 0; n < 2; n++) {
      const body = recordBody(acme, { custom_field_values: [fileValue(file)] });
      await createStoredPaymentMethod(noted, { body: body as never });
    }
    const outcomes = await ctx.db.transaction('acme', (tx) => applyRecordChanges(tx, changes));
    assert.deepEqual(outcomes, ['applied', 'lost']);
  });

  it('is checked by a dry run, which takes no file', async () => {
    const file = await storeFile(server, acme);
    const body = recordBody(acme, { custom_field_values: [fileValue(file)], sys_directive: 'dry-run' });
    assert.ok((await call('POST', '/storedPaymentMethods/acme', body)).status < 300);
    assert.equal((await readFile(server, acme, file['id'])).body.stored_payment_method_id, undefined);
  });

  it('from two fields of one record to one file is one file', async () => {
    const file = await storeFile(server, acme);
    const values = [fileValue(file, 'one__c'), fileValue(file, 'two__c')];
    const record = await createRecord(server, acme, { custom_field_values: values });
    const { body } = await putRecord(server, acme, { ...record, custom_field_values: values.slice(1) });
    assert.equal(body.sys_has_files_in_s3, true);
    assert.equal((await readFile(server, acme, file['id'])).body.kept_until, undefined);
  });
});

describe('a client that is limited to a contact', () => {
  it('knows the files of that contact’s records and its own, and no others', async () => {
    const ctx = await tenantContext(server.services, 'acme', {
      kind: 'command-line',
      id: 'test',
      scopes: new Set(scopes),
    });
    const { body: grace } = await server.call('POST', '/v1/customers/create', {
      headers: keyHeader(acme),
      body: { firstName: 'Grace', lastName: 'Hopper' },
    });
    const client = await createClient(ctx, { name: 'limited', scopes, contactId: grace.contactId });
    const { body } = await server.call('POST', '/oauth/token', {
      body: {
        grant_type: 'client_credentials',
        client_id: client.clientId,
        client_secret: client.clientSecret.reveal(),
      },
    });
    const limited = { ...acme, contactId: grace.contactId, accessToken: body.access_token };
    const own = await storeFile(server, limited);
    assert.equal((await readFile(server, limited, own['id'])).status, 200);
    const unused = await storeFile(server, acme);
    const ofAda = await storeFile(server, acme);
    await createRecord(server, acme, { custom_field_values: [fileValue(ofAda)] });
    for (const file of [unused, ofAda]) {
      assertRefused(await readFile(server, limited, file['id']), 404, 'file.not.found');
      const values = { custom_field_values: [fileValue(file)] };
      const answer = await call('POST', '/storedPaymentMethods/acme', recordBody(limited, values), limited);
      assertRefused(answer, 409, 'record.reference.missing', 'custom_field_values[0].file_url_value');
    }
    const values = { custom_field_values: [fileValue(own)] };
    const { status } = await call('POST', '/storedPaymentMethods/acme', recordBody(limited, values), limited);
    assert.equal(status, 201);
    assert.equal((await readFile(server, limited, own['id'])).status, 200);
  });
});
