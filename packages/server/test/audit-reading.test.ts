import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { sealAll, sealAndSign } from './harness/audit.ts';
import { query } from './harness/look-inside.ts';
import { bearer, createRecord, keyHeader, putRecord } from './harness/main-job.ts';
import { type CommandResult, onfile } from './harness/onfile-command.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let settings: Record<string, string>;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  const { masterKeyFile, auditCheckpointDir } = server.services.config;
  settings = {
    DATABASE_URL: server.database.url,
    MASTER_KEY_FILE: masterKeyFile,
    AUDIT_CHECKPOINT_DIR: auditCheckpointDir,
  };
});

after(() => server.stop());

/** The audit as a holder of the key sees it, once all of it is sealed. */
async function audit(search: Record<string, string> = {}, tenant = acme): Promise<Answer> {
  await sealAll(server, tenant.tenantId);
  const url = `/audit/${tenant.tenantId}?${new URLSearchParams(search).toString()}`;
  return server.call('GET', url, { headers: keyHeader(tenant) });
}

const actionsOn = async (subjectId: string): Promise<string[]> =>
  (await audit({ subject_id: subjectId })).body.Items.map((item: any) => item.action);

describe('the audit', () => {
  it('tells of a change who made it, from where, what it made, and what was there before and after', async () => {
    const record = await createRecord(server, acme);
    const { headers } = await putRecord(server, acme, { ...record, name: 'Blue card' });
    const { body } = await audit({ subject_id: record.id });
    const [created, replaced] = body.Items;
    assert.equal(replaced.number - created.number, 1);
    const { number, id, at, trace_id, details, ...rest } = replaced;
    assert.deepEqual(rest, {
      action: 'stored_payment_method.replaced',
      actor: { kind: 'client', id: acme.clientId },
      source_address: '127.0.0.1',
      subject: { kind: 'stored_payment_method', id: record.id, version: 2 },
    });
    assert.ok(Number.isInteger(number) && Date.parse(at) > 0);
    assert.match(`${id} ${trace_id}`, /^[\da-f-]{36} \d+$/);
    assert.equal(headers.get('etag'), '"2"');
    assert.deepEqual([details.before.name, details.after.name], [record.name, 'Blue card']);
    assert.ok(details.after.merchant_account_tokens.every(({ token }: any) => token === '[masked]'));
  });

  it('is read in pages, the oldest first, and as a whole', async () => {
    const whole = (await audit({ limit: '500' })).body.Items.map((item: any) => item.number);
    assert.deepEqual(
      whole,
      Array.from(whole, (_, n) => n + 1),
    );
    const paged: number[] = [];
    let key: string | undefined;
    do {
      const { body } = await server.call('GET', `/audit/acme?limit=3${key ? `&exclusiveStartKey=${key}` : ''}`, {
        headers: keyHeader(acme),
      });
      assert.ok(body.Count <= 3);
      paged.push(...body.Items.map((item: any) => item.number));
      key = body.LastEvaluatedKey;
    } while (key);
    assert.deepEqual(paged, whole);
  });

  it('is filtered by action, actor and time', async () => {
    const { body: all } = await audit({ limit: '500' });
    const middle = all.Items[Math.floor(all.Count / 2)];
    const fits = async (search: Record<string, string>, wanted: (item: any) => boolean) => {
      const { body } = await server.call('GET', `/audit/acme?limit=500&${new URLSearchParams(search).toString()}`, {
        headers: keyHeader(acme),
      });
      const ids = (items: any[]) => items.map(({ id }) => id);
      assert.deepEqual(ids(body.Items), ids(all.Items.filter(wanted)), JSON.stringify(search));
    };
    await fits({ action: 'api_key.created' }, ({ action }) => action === 'api_key.created');
    await fits({ actor_id: acme.clientId }, ({ actor }) => actor.id === acme.clientId);
    await fits({ from: middle.at }, ({ at }) => at >= middle.at);
    await fits({ to: middle.at }, ({ at }) => at < middle.at);
    await fits({ action: 'api_key.created', from: '2999-01-01T00:00:00Z' }, () => false);
  });

  it('finds what was written after an instant though most was signed before it', async () => {
    await sealAndSign(server, 'acme');
    server.clock.advance(200_000);
    const from = server.services.now().toISOString();
    const record = await createRecord(server, acme);
    const { body } = await audit({ from });
    assert.ok(body.Items.some(({ subject }: any) => subject.id === record.id));
  });

  it('says so where the details went with the customer’s key, or were changed', async () => {
    const record = await createRecord(server, acme);
    await query(
      server,
      `UPDATE audit_entries SET sealed_details = set_byte(sealed_details, 60, get_byte(sealed_details, 60) # 1)
       WHERE subject_id = $1`,
      [record.id],
    );
    const first = (await audit({ subject_id: record.id })).body.Items[0];
    assert.deepEqual([first.details, first.details_missing], [undefined, 'changed']);
    await query(server, `UPDATE audit_entries SET key_id = gen_random_uuid() WHERE subject_id = $1`, [record.id]);
    const second = (await audit({ subject_id: record.id })).body.Items[0];
    assert.deepEqual([second.details, second.details_missing], [undefined, 'destroyed']);
  });

  it('is for those alone who may read it, and tells them that it was read', async () => {
    const tenant = await server.tenant('narrow', { scopes: ['TENANT_READ'] });
    assertRefused(await audit({}, tenant), 403, 'permission.denied');
    const foreign = await server.call('GET', '/audit/narrow', { headers: keyHeader(acme) });
    assertRefused(foreign, 404, 'tenant.not.found', 'tenantId');
    const { body } = await audit({ action: 'audit.read' });
    assert.ok(body.Count > 0);
    assert.deepEqual(body.Items.at(-1).actor, { kind: 'api-key', id: acme.apiKeyId });
  });
});

describe('reading what is sensitive', () => {
  it('is audited: the history of a record, a version of it, and its tokens; reading the record is not', async () => {
    const record = await createRecord(server, acme);
    const path = `/storedPaymentMethods/acme/${record.id}`;
    for (const rest of ['', '/history', '?as_of=1', '/tokens']) {
      assert.equal((await server.call('GET', `${path}${rest}`, { headers: bearer(acme) })).status, 200);
    }
    assert.deepEqual(await actionsOn(record.id), [
      'stored_payment_method.created',
      'stored_payment_method.history_read',
      'stored_payment_method.history_read',
      'gateway_tokens.read',
    ]);
  });

  it('is audited: the bank account of a customer', async () => {
    const url = `/v1/customers/${acme.customerId}/self-service/payment-data`;
    assert.equal((await server.call('GET', url, { headers: keyHeader(acme) })).status, 200);
    assert.ok((await actionsOn(String(acme.customerId))).includes('payment_data.read'));
  });
});

describe('onfile audit export', () => {
  const run = (...args: string[]): Promise<CommandResult> => onfile(['audit', ...args, '--tenant', 'acme'], settings);
  const linesOf = ({ stdout }: CommandResult): any[] =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('prints each sealed entry as a line, without details unless they are asked for', async () => {
    const { body } = await audit({ limit: '500' });
    const exported = await run('export');
    assert.deepEqual([exported.exitCode, exported.stderr], [0, '']);
    const lines = linesOf(exported);
    assert.deepEqual(
      lines.slice(0, body.Count).map(({ id }) => id),
      body.Items.map(({ id }: any) => id),
    );
    assert.ok(lines.every((line) => line.details === undefined && line.code.length === 44 && line.chain.length === 44));
    assert.ok(linesOf(await run('export', '--details')).some((line) => line.details?.after));
    assert.equal((await run('export', '--from', '2999-01-01T00:00:00Z')).stdout, '');
  });

  it('is audited before it begins', async () => {
    const { body } = await audit({ action: 'audit.exported' });
    assert.ok(body.Count >= 3);
    assert.equal(body.Items[0].actor.kind, 'command-line');
  });

  it('comes with the key that verifies the checkpoints', async () => {
    const { stdout } = await run('public-key');
    assert.match(stdout, /^-----BEGIN PUBLIC KEY-----\n\S{60}\n-----END PUBLIC KEY-----\n$/);
  });
});
