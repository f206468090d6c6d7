import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { customerWithRecord } from './harness/erasures.ts';
import { withNewCustomer } from './harness/gateway.ts';
import { rotate } from './harness/keys.ts';
import { query } from './harness/look-inside.ts';
import { enterCard, getRecord, replaceInstrument } from './harness/main-job.ts';
import { onfile } from './harness/onfile-command.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

type Sealed = { sealed: Buffer; key_id: string };

/** Turns the last bit of a row's ciphertext over. Answers what it was, and undoes that. */
async function damage(table: string, column: string, where: string, value: unknown) {
  const [was] = await query<Sealed>(server, `SELECT ${column} AS sealed, key_id FROM ${table} WHERE ${where} = $1`, [
    value,
  ]);
  assert.ok(was);
  const set = (sealed: Buffer) =>
    query(server, `UPDATE ${table} SET ${column} = $2 WHERE ${where} = $1`, [value, sealed]);
  const changed = Buffer.from(was.sealed);
  changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
  await set(changed);
  return { keyId: was.key_id, undo: () => set(was.sealed) };
}

const keyIsThere = async (keyId: string): Promise<boolean> =>
  (await query(server, 'SELECT FROM customer_keys WHERE key_id = $1', [keyId])).length === 1;

describe('a rotation that meets something damaged', () => {
  it('names it, rotates all else, keeps the key that it needs, and is done once it is whole again', async () => {
    const ada = await withNewCustomer(server, acme);
    const { body: billed } = await replaceInstrument(server, ada, await enterCard(server, ada));
    const whole = await customerWithRecord(server, acme);
    const [number] = await query<{ secret_id: string }>(
      server,
      'SELECT secret_id FROM vault_secrets WHERE record_id = $1',
      [billed.storedPaymentMethodId],
    );
    const secretId = number?.secret_id;
    const damaged = await damage('vault_secrets', 'ciphertext', 'secret_id', secretId);
    const { contactId: contact } = await withNewCustomer(server, acme);
    const person = await damage('customers', 'sealed', 'contact_id', contact);

    const settings = { DATABASE_URL: server.database.url, MASTER_KEY_FILE: server.services.config.masterKeyFile };
    const { exitCode, stdout } = await onfile(['keys', 'rotate', '--customers', '--grace', '0'], settings);
    assert.equal(exitCode, 1);
    const [id] = await query<{ id: number }>(
      server,
      'SELECT customer_id::int AS id FROM customers WHERE contact_id = $1',
      [contact],
    );
    for (const name of [`vault_secrets ${secretId}`, `customers ${id?.id}`]) {
      assert.ok(stdout.includes(`\n    ${name}\n`), stdout);
    }
    assert.ok(await keyIsThere(damaged.keyId));
    assert.ok(await keyIsThere(person.keyId));
    const others = await query<{ n: number }>(
      server,
      `SELECT count(*)::int AS n FROM stored_payment_methods m JOIN customer_keys k USING (tenant_id, key_id)
       WHERE k.retired_at IS NOT NULL`,
    );
    assert.deepEqual(others, [{ n: 0 }]);
    assert.deepEqual((await getRecord(server, acme, whole.record['id'])).body, whole.record);
    assert.equal((await getRecord(server, acme, billed.storedPaymentMethodId)).status, 200);

    await damaged.undo();
    await person.undo();
    const { tenants } = await rotate(server, { tenantId: 'acme', graceMs: 0 });
    assert.deepEqual([tenants[0]?.damaged, tenants[0]?.old.tenant, tenants[0]?.old.customers], [[], {}, {}]);
    assert.equal(tenants[0]?.tenant?.unrecognised, 0);
  });

  it('of the tenant’s keys does so too, and is followed by a new one all the same', async () => {
    const tenant = await server.tenant('tenants-keys');
    const { record } = await customerWithRecord(server, tenant);
    const keys = await damage(
      'customer_keys',
      'wrapped_key',
      `tenant_id = 'tenants-keys' AND customer_uuid`,
      (
        await query<{ uuid: string }>(server, 'SELECT customer_uuid AS uuid FROM customers WHERE customer_id = $1', [
          tenant.customerId,
        ])
      )[0]?.uuid,
    );
    const signing = await query<{ kid: string; sealed: Buffer }>(
      server,
      `UPDATE signing_keys SET sealed_private_jwk = set_byte(sealed_private_jwk, 5, get_byte(sealed_private_jwk, 5) # 1)
       WHERE tenant_id = 'tenants-keys' RETURNING kid`,
    );
    const names = ['customer_keys', 'signing_keys'];
    for (let run = 0; run < 2; run++) {
      const { isContinued, tenants } = await rotate(server, {
        tenantId: 'tenants-keys',
        graceMs: 0,
        parts: ['tenant'],
      });
      assert.equal(isContinued, false);
      assert.deepEqual(tenants[0]?.damaged, [
        { table: names[0], id: keys.keyId },
        { table: names[1], id: signing[0]?.kid },
      ]);
      assert.deepEqual(tenants[0]?.old.tenant, { customer_keys: 1, signing_keys: 1 });
    }
    assert.deepEqual((await getRecord(server, tenant, record['id'])).body, record);
    await keys.undo();
    const path = `/v1/customers/${tenant.customerId}`;
    assert.equal((await server.call('GET', path, { headers: { 'x-api-key': tenant.apiKey } })).status, 200);
  });
});
