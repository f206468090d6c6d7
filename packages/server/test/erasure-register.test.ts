import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { applyErasureRegister } from '../src/ops/erasures/register.ts';
import { registerFile } from '../src/store/erasure-register-file.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { sweep } from './harness/files.ts';
import { query } from './harness/look-inside.ts';
import { bearer, createRecord, getRecord, keyHeader } from './harness/main-job.ts';
import { onfile } from './harness/onfile-command.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let settings: Record<string, string>;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  const { masterKeyFile, erasureRegisterDir } = server.services.config;
  settings = {
    DATABASE_URL: server.database.url,
    MASTER_KEY_FILE: masterKeyFile,
    ERASURE_REGISTER_DIR: erasureRegisterDir,
  };
});

after(() => server.stop());

async function newCustomer(): Promise<TestTenant> {
  const { body } = await server.call('POST', '/v1/customers/create', {
    headers: keyHeader(acme),
    body: { firstName: 'Grace', lastName: 'Hopper' },
  });
  return { ...acme, customerId: body.id, contactId: body.contactId };
}
const erase = ({ contactId }: TestTenant): Promise<Answer> =>
  server.call('POST', `/contacts/acme/${contactId}/erasure`, { headers: bearer(acme) });
const register = (): string => registerFile(server.services.config.erasureRegisterDir, 'acme');

/** As a restored backup is: the customer is there, the erasure unknown. The register names another one's id. */
async function moveInRegister(from: TestTenant, to: TestTenant): Promise<void> {
  await query(server, 'UPDATE erasures SET customer_id = -customer_id WHERE customer_id = $1', [from.customerId]);
  const text = await readFile(register(), 'utf8');
  await writeFile(register(), text.replaceAll(`"customerId":${from.customerId},`, `"customerId":${to.customerId},`));
}

describe('the register of erasures', () => {
  it('is missed by onfile doctor where the database knows of erasures that are not in it', async () => {
    const examine = async (directory: string) => {
      const { stdout } = await onfile(['doctor', '--json'], { ...settings, ERASURE_REGISTER_DIR: directory });
      const { checks }: { checks: { check: string; state: string; found: string }[] } = JSON.parse(stdout);
      return checks.find(({ check }) => check === 'erasure register');
    };
    const own = server.services.config.erasureRegisterDir;
    assert.equal((await examine(own))?.found, 'Nobody was erased yet.');
    for (const customer of [await newCustomer(), await newCustomer()]) await erase(customer);
    assert.deepEqual(await examine(own), {
      check: 'erasure register',
      state: 'good',
      found: 'It names all 2 who were erased.',
    });
    // As a second server is that writes into a directory of its own.
    const elsewhere = await mkdtemp(join(tmpdir(), 'onfile-register-'));
    try {
      const lines = (await readFile(register(), 'utf8')).split('\n').filter((line) => line !== '');
      await writeFile(registerFile(elsewhere, 'acme'), `${lines[0]}\n`);
      const found = await examine(elsewhere);
      assert.deepEqual([found?.state, found?.found], ['bad', `${elsewhere} lacks 1 of the database’s 2 erasures.`]);
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });

  it('names who was erased, by id and nothing else, before the erasure counts as finished', async () => {
    const customer = await newCustomer();
    await erase(customer);
    const lines = (await readFile(register(), 'utf8')).split('\n').filter((line) => line !== '');
    const [last] = lines.slice(-1).map((line) => JSON.parse(line));
    assert.deepEqual(Object.keys(last), ['tenantId', 'customerId', 'at', 'keyId', 'code']);
    assert.equal(last.customerId, customer.customerId);
  });

  it('is applied to a database that still has the customer, a lock or not, and only once', async () => {
    const customer = await newCustomer();
    const record = await createRecord(server, customer, { sys_locked: true });
    const { services } = server;
    const { rows, restore } = await backedUp(customer, record['id']);
    assert.ok(rows > 0);
    await server.call('DELETE', `/storedPaymentMethods/acme/${record['id']}/lock`, { headers: bearer(acme) });
    assert.equal((await erase(customer)).status, 202);
    await restore();
    assert.equal((await getRecord(server, acme, record['id'])).body.sys_locked, true);
    assert.deepEqual(await applyErasureRegister(services), { erased: 1, unreadable: 0 });
    assertRefused(await getRecord(server, acme, record['id']), 404, 'record.not.found');
    assert.deepEqual(await applyErasureRegister(services), { erased: 0, unreadable: 0 });
  });

  it('spares a customer who came after the erasure and has the id of one whom the restored backup never knew', async () => {
    const erased = await newCustomer();
    await erase(erased);
    await query(server, 'DELETE FROM erasures WHERE customer_id = $1', [erased.customerId]);
    await query(server, 'UPDATE customers SET customer_id = -customer_id WHERE customer_id = $1', [erased.customerId]);
    const later = await newCustomer();
    const ids = [erased.customerId, later.customerId];
    await query(server, 'UPDATE customers SET customer_id = $1 WHERE customer_id = $2', ids);
    assert.equal((await applyErasureRegister(server.services)).erased, 0);
    const keys = 'SELECT FROM customers WHERE customer_id = $1 AND key_id IS NOT NULL';
    assert.equal((await query(server, keys, [erased.customerId])).length, 1);
  });

  it('erases nobody whom somebody else wrote into it', async () => {
    const [erased, victim] = [await newCustomer(), await newCustomer()];
    await erase(erased);
    await moveInRegister(erased, victim);
    await appendFile(register(), '{"tenantId":"acme","customerId":1,"at":');
    const { erased: count, unreadable } = await applyErasureRegister(server.services);
    assert.deepEqual([count, unreadable], [0, 2]);
    const { status } = await server.call('GET', `/contacts/acme/${victim.contactId}`, { headers: bearer(acme) });
    assert.equal(status, 200);
  });

  it('gets what could not be written at first', async () => {
    const apart = await mkdtemp(join(tmpdir(), 'onfile-register-'));
    const place = join(apart, 'file');
    await writeFile(place, '');
    const beside = await startTestServer({ erasureRegisterDir: place }, server);
    const customer = await newCustomer();
    const { status } = await beside.call('POST', `/contacts/acme/${customer.contactId}/erasure`, {
      headers: bearer(acme),
    });
    assert.equal(status, 202);
    await sweep(server, acme);
    const text = await readFile(register(), 'utf8');
    assert.ok(text.includes(`"customerId":${customer.customerId},`));
    await beside.stop();
    await rm(apart, { recursive: true });
  });
});

/** Copies a customer’s rows aside, as a backup would; `restore` puts them back as they were. */
async function backedUp(
  customer: TestTenant,
  recordId: string,
): Promise<{ rows: number; restore: () => Promise<void> }> {
  const of = { key: 'customer_uuid = (SELECT customer_uuid FROM customers WHERE customer_id = $1)' };
  const keys = await query<{ row: string }>(
    server,
    `SELECT to_jsonb(k)::text AS row FROM customer_keys k WHERE ${of.key}`,
    [customer.customerId],
  );
  const people = await query<{ row: string }>(
    server,
    'SELECT to_jsonb(c)::text AS row FROM customers c WHERE customer_id = $1',
    [customer.customerId],
  );
  const records = await query<{ row: string }>(
    server,
    'SELECT to_jsonb(m)::text AS row FROM stored_payment_methods m WHERE id = $1',
    [recordId],
  );
  const put = (table: string, row: string) =>
    query(server, `INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1)`, [row]);
  return {
    rows: keys.length + people.length + records.length,
    async restore() {
      await query(server, 'DELETE FROM stored_payment_method_versions WHERE id = $1', [recordId]);
      await query(server, 'DELETE FROM stored_payment_methods WHERE id = $1', [recordId]);
      await query(server, 'DELETE FROM erasures WHERE customer_id = $1', [customer.customerId]);
      await query(server, 'DELETE FROM customers WHERE customer_id = $1', [customer.customerId]);
      for (const { row } of keys) await put('customer_keys', row);
      for (const { row } of people) await put('customers', row);
      for (const { row } of records) await put('stored_payment_methods', row);
    },
  };
}

describe('onfile erase', () => {
  it('erases a contact once it is told that it is meant', async () => {
    const { contactId } = await newCustomer();
    const careful = await onfile(['erase', contactId, '--tenant', 'acme'], settings);
    assert.deepEqual([careful.exitCode, careful.stdout], [2, '']);
    const { exitCode, stdout } = await onfile(['erase', contactId, '--tenant', 'acme', '--yes', '--json'], settings);
    assert.equal(exitCode, 0);
    assert.equal(JSON.parse(stdout).contact_id, contactId);
    const again = await onfile(['erase', contactId, '--tenant', 'acme', '--yes'], settings);
    assert.match(again.stdout, /^Contact .* was erased at .*, with 0 payment methods\./);
    const unknown = await onfile(['erase', 'nobody', '--tenant', 'acme', '--yes'], settings);
    assert.equal(unknown.exitCode, 1);
  });
});
