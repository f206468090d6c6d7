import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readInstrument, readSession, useCard, withNewCustomer } from './harness/gateway.ts';
import { query } from './harness/look-inside.ts';
import { bearer, createRecord, startSession, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { storedRows } from './harness/stored-rows.ts';

const day = 86_400_000;

let server: TestServer;
let tenants = 0;

before(async () => {
  server = await startTestServer();
});

after(() => server.stop());

const now = (): Date => server.clock.now();
const newTenant = (): Promise<TestTenant> => server.tenant(`acme-${++tenants}`);
/** The last day of the month so many months from now. */
const monthEnd = (months: number): string =>
  new Date(Date.UTC(now().getUTCFullYear(), now().getUTCMonth() + months + 1, 0)).toISOString().slice(0, 10);
/** Moves the clock to some milliseconds before or after the end of a month 12 hours behind UTC. */
const moveTo = (end: string, milliseconds: number): void =>
  server.clock.advance(Date.parse(end) + 1.5 * day + milliseconds - now().getTime());

/** A fresh token: the clock has moved on from the old one. */
async function withToken(tenant: TestTenant): Promise<TestTenant> {
  const { body } = await server.call('POST', '/oauth/token', {
    body: { grant_type: 'client_credentials', client_id: tenant.clientId, client_secret: tenant.clientSecret },
  });
  return { ...tenant, accessToken: body.access_token };
}

async function names(tenant: TestTenant, filter: Record<string, string>): Promise<string[]> {
  const { status, body } = await server.call(
    'GET',
    `/storedPaymentMethods/${tenant.tenantId}?${new URLSearchParams(filter).toString()}`,
    { headers: bearer(await withToken(tenant)) },
  );
  assert.equal(status, 200, JSON.stringify(body));
  return body.Items.map(({ name }: { name: string }) => name);
}

const listed = async (tenant: TestTenant) => ({
  expired: await names(tenant, { validity: 'expired' }),
  expiring: await names(tenant, { validity: 'expiring' }),
  valid: await names(tenant, { validity: 'valid' }),
});

describe('the validity of records in a list', () => {
  it('follows the clock, with nothing written meanwhile', async () => {
    const acme = await newTenant();
    const [soon, late] = [monthEnd(6), monthEnd(7)];
    await createRecord(server, acme, { name: 'late', expires: late });
    await createRecord(server, acme, { name: 'soon', expires: soon });
    await createRecord(server, acme, { name: 'past', expires: '2020-01-31' });
    await createRecord(server, acme, { name: 'endless', expires: undefined });
    const stored = await storedRows(server);
    assert.deepEqual(await listed(acme), { expired: ['past'], expiring: [], valid: ['soon', 'late', 'endless'] });
    moveTo(soon, -60 * day);
    assert.deepEqual(await listed(acme), { expired: ['past'], expiring: ['soon'], valid: ['late', 'endless'] });
    moveTo(soon, -60_000);
    assert.deepEqual(await listed(acme), { expired: ['past'], expiring: ['soon', 'late'], valid: ['endless'] });
    moveTo(soon, 0);
    assert.deepEqual(await listed(acme), { expired: ['past', 'soon'], expiring: ['late'], valid: ['endless'] });
    moveTo(late, 0);
    assert.deepEqual(await listed(acme), { expired: ['past', 'soon', 'late'], expiring: [], valid: ['endless'] });
    assert.deepEqual(await storedRows(server), stored);
  });

  it('adds up with other filters, orders and pages', async () => {
    const acme = await newTenant();
    for (const [n, expires] of ['2021-05-31', '2020-05-31', '2022-05-31'].entries()) {
      await createRecord(server, acme, { name: `${n}`, expires, ...(n === 2 ? { sys_locked: true } : {}) });
    }
    assert.deepEqual(await names(acme, { validity: 'expired' }), ['1', '0', '2']);
    assert.deepEqual(await names(acme, { validity: 'expired', sort: 'sys_created_at' }), ['0', '1', '2']);
    assert.deepEqual(await names(acme, { validity: 'expired', sys_locked: 'true' }), ['2']);
    assert.deepEqual(await names(acme, { validity: 'expired', expiring_before: '2021-01-01' }), ['1']);
    const path = `/storedPaymentMethods/${acme.tenantId}?validity=expired&limit=2`;
    const { body: first } = await server.call('GET', path, { headers: bearer(await withToken(acme)) });
    server.clock.advance(100 * day);
    const next = { validity: 'expired', limit: '2', exclusiveStartKey: first.LastEvaluatedKey };
    assert.deepEqual(await names(acme, next), ['2']);
  });

  it('is one of the three that there are', async () => {
    const acme = await withToken(await newTenant());
    const path = `/storedPaymentMethods/${acme.tenantId}?validity=stale`;
    const { status, body } = await server.call('GET', path, { headers: bearer(acme) });
    assert.deepEqual([status, body.reference], [400, 'validity']);
  });

  it('is a column of no table', async () => {
    const columns = await query(
      server,
      `SELECT 1 FROM pg_attribute WHERE attname ~ 'validity|expired|expiring' AND attrelid >= 16384 AND NOT attisdropped`,
    );
    assert.deepEqual(columns, []);
  });
});

describe('the validity of an account’s instrument', () => {
  it('follows the clock, and the component is offered what has not expired', async () => {
    const ada = await withNewCustomer(server, await newTenant());
    const end = monthEnd(6);
    const [expiryYear, expiryMonth] = end.split('-').map(Number);
    await useCard(server, ada, visa, { expiryYear, expiryMonth });
    const seen = async () => {
      const { body: session } = await readSession(server, await startSession(server, ada));
      const offered: { validity: string }[] = session.existingPaymentInstruments;
      return [(await readInstrument(server, ada)).body.validity, offered.map(({ validity }) => validity)];
    };
    assert.deepEqual(await seen(), ['valid', ['valid']]);
    moveTo(end, -60 * day);
    assert.deepEqual(await seen(), ['expiring', ['expiring']]);
    moveTo(end, 0);
    assert.deepEqual(await seen(), ['expired', []]);
  });

  it('is not told where nothing is billed', async () => {
    const ada = await withNewCustomer(server, await newTenant());
    assert.equal('validity' in (await readInstrument(server, ada)).body, false);
  });
});
