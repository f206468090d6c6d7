import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { replaceAccountPaymentInstrument } from '../src/ops/accounts/replace-payment-instrument.ts';
import { createClient } from '../src/ops/clients/create.ts';
import { createUserPaymentSession } from '../src/ops/payment-sessions/create.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import type { Database } from '../src/store/database.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { customerWithRecord, eraseContact, readErasure } from './harness/erasures.ts';
import { sweep } from './harness/files.ts';
import { operator } from './harness/keys.ts';
import { everyRow, query, statementsThatWait, tablesOf } from './harness/look-inside.ts';
import { bearer, enterCard, getRecord, recordBody } from './harness/main-job.ts';
import { everyOpenedValue } from './harness/opened-rows.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

/** The same database, but the contact is erased right before each transaction begins. */
const erasingFirst = (db: Database, tenant: TestTenant): Database => ({
  ...db,
  async transaction(tenantId, work) {
    assert.equal((await eraseContact(server, tenant)).status, 202);
    return db.transaction(tenantId, work);
  },
});

describe('erasing a contact', () => {
  it('ends an update that is under way: it is 404 or 409, and leaves nothing behind', async () => {
    const { tenant, record } = await customerWithRecord(server, acme);
    const change = (n: number) =>
      server.call('PUT', `/storedPaymentMethods/acme/${record['id']}`, {
        headers: bearer(acme),
        body: {
          ...record,
          sys_last_modified_at: '9999-01-01T00:00:00Z',
          sys_version: undefined,
          name: `Racemark ${n}`,
        },
      });
    const create = (n: number) =>
      server.call('POST', '/storedPaymentMethods/acme', {
        headers: bearer(acme),
        body: recordBody(tenant, { name_on_account: `Racing Racemark ${n}` }),
      });
    const answers = await Promise.all([
      ...Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? change(n) : create(n))),
      eraseContact(server, tenant),
      ...Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? change(n + 12) : create(n + 12))),
    ]);
    for (const { status, body } of answers) {
      assert.ok([200, 201, 202, 404, 409].includes(status), JSON.stringify([status, body]));
    }
    const { body } = await readErasure(server, tenant);
    assert.equal(body.customer_id, tenant.customerId);
    const [left] = await query<{ records: number; versions: number }>(
      server,
      `SELECT (SELECT count(*)::int FROM stored_payment_methods WHERE customer_id = $1 AND sealed IS NOT NULL) AS records,
         (SELECT count(*)::int FROM stored_payment_method_versions WHERE customer_id = $1 AND sealed IS NOT NULL) AS versions`,
      [tenant.customerId],
    );
    assert.deepEqual(left, { records: 0, versions: 0 });
    const rows = [...(await everyRow(server)), ...(await everyOpenedValue(server))];
    await sweep(server, acme);
    assert.deepEqual(
      tablesOf(
        rows.filter(({ table }) => !table.startsWith('idempotency')),
        'Racemark',
      ),
      [],
    );
  });

  it('in the middle of what reads a payment request is answered as a customer who is not there', async () => {
    const { tenant } = await customerWithRecord(server, acme);
    const paymentRequestToken = await enterCard(server, tenant);
    const { services } = server;
    const reading = { ...(await tenantContext(services, 'acme', operator)) };
    reading.readPaymentRequest = async (tenantId, hash) => {
      const found = await services.readPaymentRequest(tenantId, hash);
      assert.equal((await eraseContact(server, tenant)).status, 202);
      return found;
    };
    await assert.rejects(
      replaceAccountPaymentInstrument(reading, { customerId: tenant.customerId, paymentRequestToken }),
      { code: 'errormessage.customer.not.found' },
    );
  });

  it('leaves no session that is begun at the same moment', async () => {
    const { tenant } = await customerWithRecord(server, acme);
    const ctx = await tenantContext(server.services, 'acme', operator);
    const db = erasingFirst(ctx.db, tenant);
    const body = { customerId: tenant.customerId, amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'Club' } as const;
    await assert.rejects(createUserPaymentSession({ ...ctx, db }, { body }), {
      code: 'errormessage.customer.not.found',
    });
    const sessions = 'SELECT FROM user_payment_sessions WHERE customer_id = $1';
    assert.deepEqual(await query(server, sessions, [tenant.customerId]), []);
  });

  it('leaves no client good that is limited to the contact and made at the same moment', async () => {
    const { tenant } = await customerWithRecord(server, acme);
    const { contactId } = tenant;
    const ctx = await tenantContext(server.services, 'acme', operator);
    const wish = { name: 'limited', scopes: ['CONTACT_READ'], contactId };
    let erasing: ReturnType<typeof eraseContact> | undefined;
    const db: typeof ctx.db = {
      ...ctx.db,
      // Until the client is there for all to see, the erasure waits.
      transaction: (tenantId, work) =>
        ctx.db.transaction(tenantId, async (tx) => {
          const made = await work(tx);
          erasing = eraseContact(server, tenant);
          await until(async () => (await query(server, statementsThatWait)).length > 0);
          return made;
        }),
    };
    await createClient({ ...ctx, db }, wish);
    assert.equal((await erasing)?.status, 202);
    await assert.rejects(createClient(ctx, wish), { code: 'errormessage.contact.not.found' });
    const clients = 'SELECT revoked_at IS NOT NULL AS ended FROM clients WHERE contact_id = $1';
    assert.deepEqual(await query(server, clients, [contactId]), [{ ended: true }]);
  });

  it('before a client of the contact is written, though after it was asked for, leaves none', async () => {
    const { tenant } = await customerWithRecord(server, acme);
    const ctx = await tenantContext(server.services, 'acme', operator);
    const db = erasingFirst(ctx.db, tenant);
    const wish = { name: 'limited', scopes: ['CONTACT_READ'], contactId: tenant.contactId };
    await assert.rejects(createClient({ ...ctx, db }, wish), { code: 'errormessage.contact.not.found' });
    const clients = 'SELECT FROM clients WHERE contact_id = $1';
    assert.deepEqual(await query(server, clients, [tenant.contactId]), []);
  });

  it('leaves the keys in the memory of no process for longer than half a second', async () => {
    const beside = await startTestServer({}, server);
    const { tenant, record } = await customerWithRecord(server, acme);
    const [key] = await query<{ key_id: string }>(server, 'SELECT key_id FROM customers WHERE customer_id = $1', [
      tenant.customerId,
    ]);
    assert.equal((await getRecord(beside, acme, record['id'])).status, 200);
    const [here, there] = [await server.services.keysOf('acme'), await beside.services.keysOf('acme')];
    assert.equal((await eraseContact(server, tenant)).status, 202);
    assert.equal(here.customerKeyAtHand(key?.key_id ?? ''), undefined);
    await until(async () => there.customerKeyAtHand(key?.key_id ?? '') === undefined);
    assertRefused(await getRecord(beside, acme, record['id']), 404, 'record.not.found');
    await beside.stop();
  });
});
