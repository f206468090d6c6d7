import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { auditOf, eventsOf, query } from './harness/look-inside.ts';
import { bearer } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let other: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme', { currency: 'CHF' });
  other = await server.tenant('other');
});

after(() => server.stop());

/** Every field that a caller can say. */
const whole = {
  currency: 'EUR',
  is_active: true,
  name: 'Pool and gym',
  processor_account_id: 'acct_17',
  processor_service: 'braintree',
};

type Options = { tenant?: TestTenant; body?: unknown; headers?: Record<string, string> };

const call = (method: string, path: string, { tenant = acme, body, headers = {} }: Options = {}): Promise<Answer> =>
  server.call(method, `/merchantAccounts/${tenant.tenantId}${path}`, {
    headers: { ...bearer(tenant), ...headers },
    body,
  });

const count = () => query(server, 'SELECT count(*), sum(version) FROM merchant_accounts');

const create = async (body: unknown = whole) => (await call('POST', '', { body })).body;

describe('creating a merchant account', () => {
  it('needs a name only: the rest is the tenant’s and the simulator’s', async () => {
    const { status, headers, body } = await call('POST', '', { body: { name: 'Pool' } });
    assert.deepEqual([status, headers.get('etag')], [201, '"1"']);
    assert.match(body.id, /^ma_[0-9a-f-]{36}$/);
    assert.deepEqual(body, {
      currency: 'CHF',
      id: body.id,
      is_active: true,
      name: 'Pool',
      processor_account_id: body.id,
      processor_service: 'simulated',
      sys_created_at: body.sys_created_at,
      sys_last_modified_at: body.sys_created_at,
      sys_version: 1,
    });
    const read = await call('GET', `/${body.id}`);
    assert.deepEqual([read.headers.get('etag'), read.body], ['"1"', body]);
  });

  it('keeps every field', async () => {
    const { id, sys_created_at, sys_last_modified_at, sys_version, ...said } = await create();
    assert.deepEqual(said, whole);
    assert.deepEqual([typeof id, sys_created_at, sys_version], ['string', sys_last_modified_at, 1]);
  });

  it('refuses an id that the caller makes', async () => {
    const answer = await call('POST', '', { body: { ...whole, id: 'ma_mine' } });
    assertRefused(answer, 400, 'validation.server.generated', 'id');
  });

  it('and replacing name the field that is wrong, and keep nothing', async () => {
    const { id } = await create();
    const countBefore = await count();
    const cases: [reference: string, value: unknown, code: string][] = [
      ['name', undefined, 'validation.required'],
      ['name', '', 'validation.required'],
      ['name', 'x'.repeat(301), 'validation.length'],
      ['name', 'Till 4242 4242 4242 4242', 'card.number.found'],
      ['processor_service', '', 'validation.required'],
      ['processor_account_id', '4242424242424242', 'card.number.found'],
      ['currency', 'eur', 'validation.format'],
      ['currency', 'EURO', 'validation.format'],
      ['currency', 'XQQ', 'validation.format'],
      ['sys_version', '1', 'validation.type'],
      ['sys_created_at', '2026', 'validation.format'],
      ['sys_last_modified_at', 'now', 'validation.format'],
      ['secret_key', 'sk_x', 'validation.unknown.field'],
      ...Object.keys(whole).map((field): [string, unknown, string] => [field, {}, 'validation.type']),
    ];
    for (const [reference, value, code] of cases) {
      const body = { ...whole, [reference]: value };
      assertRefused(await call('POST', '', { body }), 400, code, reference);
      assertRefused(await call('PUT', `/${id}`, { body }), 400, code, reference);
    }
    assert.deepEqual(await count(), countBefore);
  });

  it('happens once for one Idempotency-Key', async () => {
    const options = { body: whole, headers: { 'idempotency-key': 'create-account' } };
    const first = await call('POST', '', options);
    const again = await call('POST', '', options);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    assert.deepEqual(again.body, first.body);
  });
});

describe('replacing a merchant account', () => {
  it('takes back what was read, and makes the next version of it', async () => {
    const account = await create();
    const { status, headers, body } = await call('PUT', `/${account.id}`, { body: account });
    assert.deepEqual([status, headers.get('etag')], [200, '"2"']);
    assert.ok(body.sys_last_modified_at > account.sys_last_modified_at);
    assert.deepEqual(body, { ...account, sys_version: 2, sys_last_modified_at: body.sys_last_modified_at });
    assert.deepEqual((await call('GET', `/${account.id}`)).body, body);
  });

  it('leaves as it was what is left out or null', async () => {
    const account = await create();
    const nulls = Object.fromEntries(Object.keys(whole).map((field) => [field, null]));
    for (const body of [{ name: 'Pool' }, { ...nulls, name: 'Pool' }]) {
      const { body: replaced } = await call('PUT', `/${account.id}`, { body });
      const { sys_version: _version, sys_last_modified_at: _at, ...said } = replaced;
      const { id, sys_created_at } = account;
      assert.deepEqual(said, { ...whole, name: 'Pool', id, sys_created_at });
    }
  });

  it('refuses another id in the body', async () => {
    const account = await create();
    const answer = await call('PUT', `/${account.id}`, { body: { ...account, id: acme.merchantAccountId } });
    assertRefused(answer, 400, 'validation.id.mismatch', 'id');
  });

  it('refuses an outdated basis, and says what is current', async () => {
    const first = await create();
    const { body: second } = await call('PUT', `/${first.id}`, { body: { ...first, name: 'Pool' } });
    const stale = await call('PUT', `/${first.id}`, { body: first });
    assertRefused(stale, 409, 'record.version.conflict', 'sys_version');
    assert.deepEqual([stale.headers.get('etag'), stale.body.args], ['"2"', ['2', 'name']]);
    const { sys_version: _version, ...byTime } = first;
    const earlier = await call('PUT', `/${first.id}`, { body: byTime });
    assertRefused(earlier, 409, 'record.version.conflict', 'sys_last_modified_at');
    const tagged = await call('PUT', `/${first.id}`, { body: second, headers: { 'if-match': '"1"' } });
    assertRefused(tagged, 412, 'record.precondition.failed', 'If-Match');
    assert.deepEqual((await call('GET', `/${first.id}`)).body, second);
  });

  it('lets one of two win that start from the same version', async () => {
    const account = await create();
    const { sys_version: _version, sys_last_modified_at: _at, ...unversioned } = account;
    const [byHeader, byField] = await Promise.all([
      call('PUT', `/${account.id}`, { body: unversioned, headers: { 'if-match': '"1"' } }),
      call('PUT', `/${account.id}`, { body: account }),
    ]);
    assert.ok(
      (byHeader.status === 200 && byField.status === 409) || (byHeader.status === 412 && byField.status === 200),
    );
    assert.equal((await call('GET', `/${account.id}`)).body.sys_version, 2);
  });

  it('loses no change of those that name no version, and skips none', async () => {
    const account = await create();
    const answers = await Promise.all(
      ['A', 'B', 'C'].map((name) => call('PUT', `/${account.id}`, { body: { ...whole, name } })),
    );
    assert.ok(answers.every(({ status }) => status === 200));
    assert.deepEqual(new Set(answers.map(({ body }) => body.sys_version)), new Set([2, 3, 4]));
  });

  it('is written together with its audit entry, its event and its kept answer', async () => {
    const account = await create();
    const headers = { 'idempotency-key': 'replace-account' };
    await call('PUT', `/${account.id}`, { body: { ...account, currency: 'USD' }, headers });
    const [row] = await query<{ xid: string }>(
      server,
      `SELECT m.xmin::text AS xid FROM merchant_accounts m JOIN idempotency_keys i ON i.xmin = m.xmin
       WHERE m.merchant_account_id = $1`,
      [account.id],
    );
    const updated = { xid: row?.xid, name: 'merchant_account.updated', version: 2 };
    const [, audit] = await auditOf(server, 'acme', account.id);
    const [, event] = await eventsOf(server, 'acme', account.id);
    assert.deepEqual(audit, { ...updated, payload: null, sealed: true });
    assert.deepEqual(event, {
      ...updated,
      payload: { is_active: true, changed_fields: ['currency'] },
      sealed: false,
    });
  });
});

describe('deactivating a merchant account', () => {
  it('keeps it readable, can be repeated, and can be undone', async () => {
    const account = await create();
    const headers = { 'if-match': '"1"' };
    const { status, body } = await call('DELETE', `/${account.id}`, { headers });
    assert.deepEqual([status, body.is_active, body.sys_version], [200, false, 2]);
    assert.deepEqual((await call('DELETE', `/${account.id}`, { headers })).body, body);
    assert.deepEqual((await call('GET', `/${account.id}`)).body, body);
    const { body: active } = await call('PUT', `/${account.id}`, { body: { ...body, is_active: true } });
    assert.deepEqual([active.is_active, active.sys_version], [true, 3]);
    assert.deepEqual(
      (await auditOf(server, 'acme', account.id)).map(({ name }) => name),
      ['created', 'deactivated', 'updated'].map((verb) => `merchant_account.${verb}`),
    );
  });

  it('refuses an outdated If-Match', async () => {
    const account = await create();
    const answer = await call('DELETE', `/${account.id}`, { headers: { 'if-match': '"7"' } });
    assertRefused(answer, 412, 'record.precondition.failed', 'If-Match');
  });
});

describe('merchant accounts', () => {
  it('are listed page by page', async () => {
    const many = await server.tenant('many');
    const { body: second } = await call('POST', '', { tenant: many, body: whole });
    const { body: first } = await call('GET', '?limit=1', { tenant: many });
    assert.deepEqual([first.Count, first.LastEvaluatedKey], [1, many.merchantAccountId]);
    const { body: rest } = await call('GET', `?exclusiveStartKey=${first.LastEvaluatedKey}`, { tenant: many });
    assert.deepEqual(rest, { Count: 1, Items: [second] });
    const { body: none } = await call('GET', '?exclusiveStartKey=zz', { tenant: many });
    assert.deepEqual(none, { Count: 0, Items: [] });
  });

  it('of another tenant are answered like those that do not exist', async () => {
    for (const [method, body] of [['GET'], ['PUT', whole], ['DELETE']] as const) {
      const absent = await call(method, '/ma_none', { body });
      assertRefused(absent, 404, 'merchant.account.not.found');
      assertSameRefusal(await call(method, `/${other.merchantAccountId}`, { body }), absent);
    }
    const { body: untouched } = await call('GET', `/${other.merchantAccountId}`, { tenant: other });
    assert.deepEqual([untouched.is_active, untouched.sys_version], [true, 1]);
  });

  it('need the scopes to read and to write them', async () => {
    const limited = await server.tenant('limited', { scopes: ['CONTACT_READ'] });
    const path = `/${limited.merchantAccountId}`;
    for (const [method, at, scope] of [
      ['GET', '', 'MERCHANT_ACCOUNT_READ'],
      ['GET', path, 'MERCHANT_ACCOUNT_READ'],
      ['POST', '', 'MERCHANT_ACCOUNT_WRITE'],
      ['PUT', path, 'MERCHANT_ACCOUNT_WRITE'],
      ['DELETE', path, 'MERCHANT_ACCOUNT_WRITE'],
    ] as const) {
      const body = method === 'POST' || method === 'PUT' ? whole : undefined;
      const answer = await call(method, at, { tenant: limited, body });
      assert.deepEqual([answer.status, answer.body.args], [403, [scope]]);
    }
  });
});
