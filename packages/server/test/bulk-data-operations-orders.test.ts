import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { scopes } from '../src/contract/scopes.ts';
import { createClient } from '../src/ops/clients/create.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { sealAll } from './harness/audit.ts';
import {
  counts,
  createRecords,
  operate,
  orderOperation,
  previewOperation,
  readRecord,
  rename,
} from './harness/bulk-data-operations.ts';
import { tablesHolding } from './harness/look-inside.ts';
import { bearer, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let tenants = 0;
const newTenant = (): Promise<TestTenant> => server.tenant(`club-${tenants++}`);

before(async () => {
  server = await startTestServer();
});
after(() => server.stop());

const lock = (tenant: TestTenant, id: string) =>
  server.call('PUT', `/storedPaymentMethods/${tenant.tenantId}/${id}/lock`, {
    headers: bearer(tenant),
    body: { reason: 'A disputed charge' },
  });
const done = (selected: number, changed: number, rest: object = {}): object => ({
  state: 'done',
  selected,
  changed,
  unchanged: 0,
  failed: 0,
  ...rest,
});

describe('a preview', () => {
  it('says what then happens, with samples, and writes nothing', async () => {
    const tenant = await newTenant();
    const records = await createRecords(server, tenant, 25, (n) => ({ name: n < 2 ? 'Renamed' : `Card ${n}` }));
    await lock(tenant, records[24]?.['id']);
    const order = { kind: 'change', filter: { type: 'credit card' }, patch: rename('Renamed') };
    const { status, body } = await previewOperation(server, tenant, order);
    assert.equal(status, 200, JSON.stringify(body));
    const { samples, conflicts, ...said } = body;
    assert.deepEqual(said, {
      kind: 'change',
      selected: 25,
      looked_at: 25,
      changed: 22,
      unchanged: 2,
      failed: 1,
      failures: [{ error_code: 'errormessage.record.locked', count: 1 }],
    });
    assert.equal(samples.length, 20);
    assert.deepEqual(samples[0], {
      id: records[2]?.['id'],
      sys_version: 1,
      changed_fields: ['name'],
      before: { name: 'Card 2' },
      after: { name: 'Renamed' },
    });
    assert.deepEqual(
      conflicts.map((conflict: any) => [conflict.id, conflict.error.errorCode]),
      [[records[24]?.['id'], 'errormessage.record.locked']],
    );
    assert.deepEqual(await readRecord(server, tenant, records[2]?.['id']), records[2]);
    const operation = await operate(server, tenant, order);
    assert.deepEqual(counts(operation), done(25, 22, { unchanged: 2, failed: 1 }));
  });
});

describe('an order', () => {
  it('says which records it means, and what is to become of them', async () => {
    const tenant = await newTenant();
    const patch = rename('Renamed');
    const refusals: [object, string, string?][] = [
      [{ kind: 'change', patch }, 'validation.required', 'filter'],
      [{ kind: 'change', filter: {}, patch }, 'validation.required', 'filter'],
      [{ kind: 'change', filter: { type: null }, patch }, 'validation.required', 'filter'],
      [{ kind: 'delete', filter: { type: 'credit card' }, all: true }, 'validation.exclusive', 'all'],
      [{ kind: 'change', all: true }, 'validation.required', 'patch'],
      [{ kind: 'delete', all: true, patch }, 'validation.unknown.field', 'patch'],
      [{ kind: 'undo', all: true }, 'validation.allowed.values', 'kind'],
      [{ kind: 'delete', filter: { deleted: true } }, 'validation.unknown.field', 'filter.deleted'],
      [{ kind: 'delete', filter: { colour: 'red' } }, 'validation.unknown.field', 'filter.colour'],
      [{ kind: 'delete', all: true, reason: `card ${visa}` }, 'card.number.found', 'reason'],
      [{ kind: 'change', all: true, patch: rename(visa) }, 'card.number.found', 'patch[0].value'],
      [{ kind: 'change', all: true, patch: [{ op: 'add', path: 'name' }] }, 'validation.format', 'patch[0].path'],
    ];
    for (const [order, code, reference] of refusals) {
      assertRefused(await orderOperation(server, tenant, order), 400, code, reference);
      assertRefused(await previewOperation(server, tenant, order), 400, code, reference);
    }
    const directive = (value: string) => ({
      kind: 'change',
      all: true,
      patch: [{ op: 'add', path: '/sys_directive', value }],
    });
    const dry = await orderOperation(server, tenant, directive('dry-run'));
    assertRefused(dry, 400, 'validation.allowed.values', 'patch[0].value');
    const unknown = await orderOperation(server, tenant, directive('explode'));
    assertRefused(unknown, 400, 'record.directive.unknown', 'sys_directive');
    const nobody = await orderOperation(server, tenant, { kind: 'delete', filter: { contact_id: 'nobody' } });
    assertRefused(nobody, 409, 'record.reference.missing', 'filter.contact_id');
  });

  it('may hold a gateway token that looks like a card number', async () => {
    const tenant = await newTenant();
    const [record] = await createRecords(server, tenant, 1);
    const patch = [{ op: 'replace', path: '/merchant_account_tokens/0/token', value: visa }];
    const operation = await operate(server, tenant, { kind: 'change', all: true, patch });
    assert.deepEqual(counts(operation), done(1, 1));
    const { merchant_account_tokens: tokens } = await readRecord(server, tenant, record?.['id']);
    assert.equal(tokens[0].token, visa);
    assert.deepEqual(await tablesHolding(server, visa), []);
    await sealAll(server, tenant.tenantId);
    const audit = await server.call('GET', `/audit/${tenant.tenantId}?subject_id=${operation['id']}`, {
      headers: { 'x-api-key': tenant.apiKey },
    });
    const ordered = audit.body.Items.find((entry: any) => entry.action === 'bulk_data_operation.ordered');
    assert.deepEqual(ordered.details.patch, [{ op: 'replace', path: '/merchant_account_tokens/0/token' }]);
  });

  it('needs the scopes of what it does, and a caller who is not limited to a contact', async () => {
    const lacking = async (granted: string[], order: object) => {
      const tenant = await server.tenant(`club-${tenants++}`, { scopes: granted as never });
      const { status, body } = await orderOperation(server, tenant, order);
      return [status, body.typedArgs?.[0]?.value.values];
    };
    const order = { kind: 'delete', all: true };
    const override = [{ op: 'add', path: '/sys_directive', value: 'override-lock' }];
    assert.deepEqual(await lacking(['STORED_PAYMENT_METHOD_WRITE'], order), [403, ['BULK_WRITE']]);
    assert.deepEqual(await lacking(['BULK_WRITE'], order), [403, ['STORED_PAYMENT_METHOD_WRITE']]);
    assert.deepEqual(
      await lacking(['BULK_WRITE', 'STORED_PAYMENT_METHOD_WRITE'], { kind: 'change', all: true, patch: override }),
      [403, ['STORED_PAYMENT_METHOD_UNLOCK']],
    );
  });

  it('is not for a caller who is limited to a contact, nor is anything else about operations', async () => {
    const tenant = await newTenant();
    const { id } = await operate(server, tenant, { kind: 'delete', all: true });
    const ctx = await tenantContext(server.services, tenant.tenantId, {
      kind: 'command-line',
      id: 'test',
      scopes: new Set(scopes),
    });
    const { clientId, clientSecret } = await createClient(ctx, {
      name: 'limited',
      scopes,
      contactId: tenant.contactId,
    });
    const { body: token } = await server.call('POST', '/oauth/token', {
      body: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret.reveal() },
    });
    const order = { kind: 'delete', filter: { contact_id: tenant.contactId } };
    const calls = [
      ['POST', '', order],
      ['POST', '/preview', order],
      ['GET', ''],
      ['GET', `/${id}`],
      ['GET', `/${id}/conflicts`],
      ['POST', `/${id}/cancel`],
      ['POST', `/${id}/undo`, {}],
    ] as const;
    for (const [method, path, body] of calls) {
      const answer = await server.call(method, `/bulkDataOperations/${tenant.tenantId}${path}`, {
        headers: { authorization: token.access_token },
        ...(body ? { body } : {}),
      });
      assertRefused(answer, 403, 'permission.denied');
    }
  });

  it('is done once however often it is sent under one Idempotency-Key', async () => {
    const tenant = await newTenant();
    await createRecords(server, tenant, 1);
    const send = () =>
      server.call('POST', `/bulkDataOperations/${tenant.tenantId}`, {
        headers: { ...bearer(tenant), 'idempotency-key': 'once' },
        body: { kind: 'change', all: true, patch: rename('Renamed') },
      });
    const [first, second] = [await send(), await send()];
    assert.deepEqual([first.status, second.status, second.body], [202, 202, first.body]);
    const { body } = await server.call('GET', `/bulkDataOperations/${tenant.tenantId}`, { headers: bearer(tenant) });
    assert.equal(body.Count, 1);
  });
});
