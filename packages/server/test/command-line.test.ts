import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { scopes } from '../src/contract/scopes.ts';
import { serverRole, startEmbeddedPostgres } from '../src/embedded-postgres/launcher.ts';
import { openMasterKeyFile } from '../src/keys/master-key-file.ts';
import { migrate } from '../src/store/migrate.ts';
import { query, temporaryDataDirectory } from './harness/data-directory.ts';
import { createEmptyDatabase } from './harness/database.ts';
import { type CommandResult, onfile } from './harness/onfile-command.ts';
import { startTestServer, type TestServer } from './harness/server.ts';

let server: TestServer;
let settings: Record<string, string>;

before(async () => {
  server = await startTestServer();
  settings = { DATABASE_URL: server.database.url, MASTER_KEY_FILE: server.services.config.masterKeyFile };
});

after(() => server.stop());

const run = (...args: string[]): Promise<CommandResult> => onfile(args, settings);

/** The one document on standard output, with nothing beside it. */
function documentOf({ stdout, stderr }: CommandResult): Record<string, unknown> {
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

async function done(...args: string[]): Promise<Record<string, unknown>> {
  const result = await run(...args, '--json');
  assert.equal(result.exitCode, 0, result.stdout);
  return documentOf(result);
}

function assertFailure(result: CommandResult, exitCode: number, errorCode: string): void {
  const { error, ...rest } = documentOf(result);
  assert.deepEqual(rest, {});
  const { errorCode: code, errorMessage } = error as Record<string, unknown>;
  assert.equal(code, errorCode, String(errorMessage));
  assert.equal(result.exitCode, exitCode);
  assert.match(String(errorMessage), /^[A-Z].{10,}\.$/);
}

const actionsOn = async (subjectId: unknown): Promise<unknown[]> => {
  const rows = await query(
    server.database.adminUrl,
    `SELECT action, actor_kind FROM audit_entries WHERE subject_id = '${String(subjectId)}' ORDER BY at`,
  );
  return rows.map((row) => `${String(row['actor_kind'])} ${String(row['action'])}`);
};

async function within(milliseconds: number, isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await isTrue())) assert.ok(Date.now() < deadline, 'took too long');
}

describe('onfile', () => {
  before(async () => {
    await done('tenant', 'create', 'acme');
  });

  it('creates a tenant with its settings, once', async () => {
    const named = ['--name', 'Gym One', '--locale', 'de-CH', '--country', 'CH', '--currency', 'CHF'];
    const limited = ['--time-zone', 'Europe/Zurich', '--rate-limit', '50'];
    const created = await done('tenant', 'create', 'gym-1', ...named, ...limited);
    const { createdAt, modifiedAt, ...stated } = created;
    assert.ok(Date.parse(String(createdAt)) <= Date.now());
    assert.equal(modifiedAt, createdAt);
    assert.deepEqual(stated, {
      tenantId: 'gym-1',
      name: 'Gym One',
      mode: 'test',
      locale: 'de-CH',
      country: 'CH',
      currency: 'CHF',
      timeZone: 'Europe/Zurich',
      rateLimitPerMinute: 50,
      concurrencyPolicy: 'strict',
      replacedNumberRetentionDays: 30,
      permittedPaymentChoices: { MEMBER_ACCOUNT: null, ECOM: null },
      allowedOrigins: [],
      creditorIdentifiers: {},
      customFieldPolicy: 'open',
      failedAttemptLimits: {},
      retentionDays: {},
      version: 1,
    });
    assertFailure(await run('tenant', 'create', 'gym-1', '--json'), 1, 'errormessage.tenant.exists');
    assert.deepEqual(await actionsOn('gym-1'), ['command-line tenant.created']);
    const { tenants } = await done('tenant', 'list');
    assert.ok((tenants as { tenantId: string }[]).some(({ tenantId }) => tenantId === 'gym-1'));
  });

  it('creates an API key that works until it is revoked', async () => {
    const key = await done('key', 'create', '--tenant', 'acme', '--scopes', 'all');
    assert.deepEqual(Object.keys(key), ['apiKey', 'keyId', 'tenantId', 'name', 'scopes']);
    assert.match(String(key['apiKey']), /^ofk_acme\.[0-9A-Za-z]{22}_[0-9A-Za-z]{43}$/);
    assert.deepEqual(key['scopes'], [...scopes]);
    const status = async () => {
      const headers = { 'x-api-key': String(key['apiKey']) };
      return (await server.call('GET', '/v1/customers/999999', { headers })).status;
    };
    assert.equal(await status(), 404);
    await done('key', 'revoke', String(key['keyId']), '--tenant', 'acme');
    await within(1000, async () => (await status()) === 401);
    const again = await done('key', 'revoke', String(key['keyId']), '--tenant', 'acme');
    assert.ok(Date.parse(String(again['revokedAt'])) <= Date.now());
    assert.deepEqual(await actionsOn(key['keyId']), ['command-line api_key.created', 'command-line api_key.revoked']);
  });

  it('creates an API key with some scopes, a name and an end', async () => {
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    const some = ['--scopes', 'CUSTOMER_WRITE, PAYMENT_WRITE,PAYMENT_WRITE'];
    const key = await done('key', 'create', '--tenant', 'acme', ...some, '--name', 'billing', '--expires', expires);
    assert.deepEqual(key['scopes'], ['PAYMENT_WRITE', 'CUSTOMER_WRITE']);
    assert.equal(key['expiresAt'], expires);
    const listed = await done('key', 'list', '--tenant', 'acme');
    const keys = listed['keys'] as Record<string, unknown>[];
    const found = keys.find(({ keyId }) => keyId === key['keyId']);
    assert.equal(found?.['name'], 'billing');
    assert.equal(found?.['expiresAt'], expires);
    const secret = String(key['apiKey']).split('_').at(-1) ?? '';
    assert.ok(!JSON.stringify(listed).includes(secret) && !JSON.stringify(listed).includes('secret'));
  });

  it('creates a client that gets access tokens until it is revoked', async () => {
    const client = await done('client', 'create', '--tenant', 'acme');
    assert.match(String(client['clientId']), /^acme\.[0-9A-Za-z]{22}$/);
    assert.match(String(client['clientSecret']), /^[0-9A-Za-z]{43}$/);
    assert.deepEqual(client['scopes'], [...scopes]);
    const body = {
      grant_type: 'client_credentials',
      client_id: client['clientId'],
      client_secret: client['clientSecret'],
    };
    assert.equal((await server.call('POST', '/oauth/token', { body })).status, 200);
    await done('client', 'revoke', String(client['clientId']), '--tenant', 'acme');
    assert.equal((await server.call('POST', '/oauth/token', { body })).status, 401);
    const { clients } = await done('client', 'list', '--tenant', 'acme');
    assert.ok((clients as Record<string, unknown>[])[0]?.['revokedAt']);
    assert.ok(!JSON.stringify(clients).includes(String(client['clientSecret'])));
  });

  it('keeps no secret that it showed', async () => {
    const key = await done('key', 'create', '--tenant', 'acme', '--scopes', 'all');
    const secret = String(key['apiKey']).split('_').at(-1);
    const rows = await query(server.database.adminUrl, 'SELECT api_keys::text AS line FROM api_keys');
    assert.ok(rows.length > 0);
    for (const { line } of rows) assert.ok(!String(line).includes(String(secret)));
  });

  it('speaks to people in words, and of failures on standard error', async () => {
    const key = await run('key', 'create', '--tenant', 'acme', '--scopes', 'all');
    assert.match(key.stdout, /^ofk_acme\.\w+\n\nKeep this key now/);
    assert.equal(key.stderr, '');
    assert.match((await run('tenant', 'list')).stdout, /^ID +MODE .*\nacme +test +en +GB +GBP +acme\n/);
    const failed = await run('key', 'list', '--tenant', 'nobody');
    assert.deepEqual(failed, {
      exitCode: 1,
      stdout: '',
      stderr: 'onfile: tenantId: The tenant was not found. Check its id.\n',
    });
    const help = await run('key', 'create', '--help');
    assert.equal(help.exitCode, 0);
    assert.match(help.stdout, /Usage: onfile key create/);
  });
});

describe('onfile fails with one document', () => {
  it('and 2 when the command is not understood', async () => {
    const commands = [
      [],
      ['nothing'],
      ['tenant', 'create'],
      ['tenant', 'create', 'x1', '--mode', 'real'],
      ['key', 'create', '--tenant', 'acme', '--scopes', 'all', '--expires', 'tomorrow'],
      ['client', 'list', '--tenant'],
    ];
    const results = await Promise.all(commands.map((args) => run(...args, '--json')));
    for (const result of results) assertFailure(result, 2, 'usage');
  });

  it('and 1 when a value means nothing', async () => {
    const value = 'errormessage.validation.value';
    const allowed = 'errormessage.validation.allowed.values';
    const absent = 'errormessage.credential.not.found';
    const unknown = 'errormessage.tenant.not.found';
    const commands = [
      [value, 'tenant', 'create', 'Bad_Id'],
      [unknown, 'client', 'create', '--tenant', 'nobody'],
      [unknown, 'client', 'create', '--tenant', "x', '"],
      [allowed, 'client', 'create', '--tenant', 'acme', '--scopes', 'PAYMENT_WRITE,EVERYTHING'],
      [value, 'key', 'create', '--tenant', 'acme', '--scopes', 'all', '--expires', '2020-01-01T00:00:00Z'],
      [absent, 'key', 'revoke', 'nothing', '--tenant', 'acme'],
      [absent, 'client', 'revoke', 'nothing', '--tenant', 'acme'],
    ] as const;
    const results = await Promise.all(commands.map(([, ...args]) => run(...args, '--json')));
    for (const [n, result] of results.entries()) assertFailure(result, 1, commands[n]?.[0] ?? '');
  });

  it("and 1 when another tenant's credential is to be revoked", async () => {
    await done('tenant', 'create', 'neighbour');
    const key = await done('key', 'create', '--tenant', 'neighbour', '--scopes', 'all');
    const revoke = await run('key', 'revoke', String(key['keyId']), '--tenant', 'acme', '--json');
    assertFailure(revoke, 1, 'errormessage.credential.not.found');
  });

  it('and 1 when there is no installation to work on', async (t) => {
    const elsewhere = await temporaryDataDirectory(t);
    const list = (changed: Record<string, string>) =>
      onfile(['tenant', 'list', '--json'], { ...settings, ...changed }, elsewhere);
    assertFailure(await list({ DATABASE_URL: '' }), 1, 'not-running');
    assertFailure(await list({ PORT: 'eighty' }), 1, 'settings');
    assertFailure(await list({ MASTER_KEY_FILE: join(elsewhere, 'absent.json') }), 1, 'master-key');
    assertFailure(await list({ DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' }), 1, 'database');
    const empty = await createEmptyDatabase();
    t.after(() => empty.drop());
    assertFailure(await list({ DATABASE_URL: empty.url }), 1, 'database');
  });
});

it('onfile finds the embedded database of DATA_DIR from any directory', async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  const postgres = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
  t.after(() => postgres.stop());
  await migrate({ migrationUrl: postgres.migrationUrl, serverRole });
  await openMasterKeyFile(join(dataDir, 'master-key.json'), true);
  const created = await onfile(['tenant', 'create', 'acme', '--json'], { DATA_DIR: dataDir }, tmpdir());
  assert.equal(created.exitCode, 0, created.stdout);
  assert.equal(documentOf(created)['tenantId'], 'acme');
  const client = await onfile(['client', 'create', '--tenant', 'acme', '--json'], { DATA_DIR: dataDir }, tmpdir());
  assert.match(String(documentOf(client)['clientId']), /^acme\./);
});
