import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import { type CommandResult, onfile } from './harness/onfile-command.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let settings: Record<string, string>;

before(async () => {
  server = await startTestServer();
  settings = { DATABASE_URL: server.database.url, MASTER_KEY_FILE: server.services.config.masterKeyFile };
  acme = await server.tenant('acme');
});

after(() => server.stop());

const run = (...args: string[]): Promise<CommandResult> => onfile(args, settings);

async function done(...args: string[]): Promise<Record<string, any>> {
  const { exitCode, stdout, stderr } = await run(...args, '--json');
  assert.equal(exitCode, 0, stdout);
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

async function refused(exitCode: number, errorCode: string, ...args: string[]): Promise<Record<string, any>> {
  const result = await run(...args, '--json');
  const { error } = JSON.parse(result.stdout);
  assert.deepEqual([result.exitCode, error.errorCode], [exitCode, errorCode], args.join(' '));
  return error;
}

describe('onfile tenant', () => {
  it('shows settings, changes those that are named, and lists the versions', async () => {
    const first = await done('tenant', 'show', 'acme');
    assert.equal(first['version'], 1);
    const origins = ['--allowed-origin', 'https://a.example', '--allowed-origin', 'https://b.example'];
    const choices = ['--member-account-choices', 'SEPA,CREDIT_CARD', '--ecom-choices', 'CREDIT_CARD'];
    const numbers = ['--rate-limit', '9000', '--retention-days', '3', '--concurrency-policy', 'version-only'];
    const fields = [
      '--custom-field-policy',
      'defined',
      '--failed-attempts',
      'session=3',
      '--failed-attempts',
      'address=0',
    ];
    const creditor = ['--creditor-identifier', 'BACS=123456', '--creditor-identifier', 'SEPA_CORE=DE98ZZZ09999999999'];
    const named = [...origins, ...choices, ...numbers, ...fields, ...creditor];
    const changed = await done('tenant', 'set', 'acme', '--locale', 'de', ...named);
    assert.deepEqual(changed, {
      ...first,
      locale: 'de',
      allowedOrigins: ['https://a.example', 'https://b.example'],
      permittedPaymentChoices: { MEMBER_ACCOUNT: ['SEPA', 'CREDIT_CARD'], ECOM: ['CREDIT_CARD'] },
      rateLimitPerMinute: 9000,
      replacedNumberRetentionDays: 3,
      concurrencyPolicy: 'version-only',
      customFieldPolicy: 'defined',
      failedAttemptLimits: { session: 3, address: 0 },
      creditorIdentifiers: { BACS: '123456', SEPA_CORE: 'DE98ZZZ09999999999' },
      version: 2,
      modifiedAt: changed['modifiedAt'],
    });
    const undoing = ['--rate-limit', 'none', '--allowed-origin', 'none', '--member-account-choices', 'default'];
    const removing = ['--creditor-identifier', 'BACS=', '--custom-field-policy', 'open'];
    const undone = await done('tenant', 'set', 'acme', ...undoing, ...removing);
    assert.ok(!('rateLimitPerMinute' in undone) && !('customFieldPolicy' in undone));
    assert.deepEqual(undone['allowedOrigins'], []);
    assert.deepEqual(undone['permittedPaymentChoices'], { ECOM: ['CREDIT_CARD'] });
    assert.deepEqual(undone['creditorIdentifiers'], { SEPA_CORE: 'DE98ZZZ09999999999' });
    const { versions } = await done('tenant', 'history', 'acme');
    assert.deepEqual(
      versions.map(({ version }: { version: number }) => version),
      [3, 2, 1],
    );
    assert.equal(versions[0].modifiedBy.kind, 'command-line');
    const { stdout } = await run('tenant', 'history', 'acme');
    assert.match(
      stdout,
      /^VERSION +MODIFIED +BY +CHANGED\n3 .* allowedOrigins,creditorIdentifiers,customFieldPolicy,permittedPayment/,
    );
    assert.match(stdout, /\n1 .* command-line test +created\n$/);
    const shown = (await run('tenant', 'show', 'acme')).stdout;
    assert.match(shown, /^SETTING +VALUE\n(.*\n)*locale +de\n/);
    assert.match(shown, /\nfailedAttemptLimits +session=3 customer=30 address=0\n/);
    assert.match(shown, /\nmemberAccountChoices +by country: BACS,CREDIT_CARD,PAYPAL\n/);
  });

  it('refuses what means nothing, and changes nothing then', async () => {
    const { version } = await done('tenant', 'show', 'acme');
    const set = ['tenant', 'set', 'acme'];
    const [origin] = await Promise.all([
      refused(1, 'errormessage.validation.format', ...set, '--allowed-origin', 'shop.example'),
      refused(1, 'errormessage.tenant.not.found', 'tenant', 'show', 'nobody'),
      refused(2, 'usage', ...set),
      refused(2, 'usage', ...set, '--ecom-choices', 'BARTER'),
      refused(2, 'usage', ...set, '--concurrency-policy', 'none'),
      refused(2, 'usage', ...set, '--custom-field-policy', 'none'),
      refused(2, 'usage', ...set, '--failed-attempts', 'card=3'),
      refused(1, 'errormessage.validation.value', ...set, '--failed-attempts', 'session=10001'),
    ]);
    assert.equal(origin['reference'], 'allowedOrigins[0]');
    assert.equal((await done('tenant', 'show', 'acme'))['version'], version);
  });
});

describe('onfile rotates', () => {
  it('an API key, which works beside its successor for the overlap', async () => {
    const key = await done('key', 'create', '--tenant', 'acme', '--scopes', 'CUSTOMER_READ', '--name', 'billing');
    const rotated = await done('key', 'rotate', key['keyId'], '--tenant', 'acme', '--overlap', '2h');
    assert.equal(rotated['name'], 'billing');
    assert.deepEqual(rotated['scopes'], ['CUSTOMER_READ']);
    const hours = (Date.parse(rotated['replacedExpiresAt']) - Date.now()) / 3_600_000;
    assert.ok(hours > 1.9 && hours <= 2, String(hours));
    for (const apiKey of [key['apiKey'], rotated['apiKey']]) {
      assert.equal((await server.call('HEAD', '/v1', { headers: { 'x-api-key': apiKey } })).status, 200);
    }
    const { keys } = await done('key', 'list', '--tenant', 'acme');
    const listed = keys.find(({ keyId }: { keyId: string }) => keyId === key['keyId']);
    assert.deepEqual([listed.replacedBy, listed.expiresAt], [rotated['keyId'], rotated['replacedExpiresAt']]);
    await Promise.all([
      refused(1, 'errormessage.credential.over', 'key', 'rotate', key['keyId'], '--tenant', 'acme'),
      refused(2, 'usage', 'key', 'rotate', rotated['keyId'], '--tenant', 'acme', '--overlap', 'soon'),
    ]);
    const people = await run('key', 'rotate', rotated['keyId'], '--tenant', 'acme');
    assert.match(people.stdout, /^ofk_acme\.\w+\n\nKeep this key now: .* ends at \d{4}-\S+Z\.\n$/);
  });

  it('a client secret, and keeps no trace of the new one but its hash', async () => {
    const client = await done('client', 'create', '--tenant', 'acme', '--contact', acme.contactId);
    assert.equal(client['contactId'], acme.contactId);
    const rotated = await done('client', 'rotate', client['clientId'], '--tenant', 'acme', '--overlap', '0');
    const token = async (secret: string) =>
      server.call('POST', '/oauth/token', {
        body: { grant_type: 'client_credentials', client_id: client['clientId'], client_secret: secret },
      });
    assert.equal((await token(client['clientSecret'])).status, 401);
    const { body } = await token(rotated['clientSecret']);
    assert.equal(decodeJwt(body.access_token)['contact_id'], acme.contactId);
    const listed = await run('client', 'list', '--tenant', 'acme', '--json');
    assert.ok(!listed.stdout.includes(rotated['clientSecret']) && !listed.stdout.includes('ecretHash'));
    await refused(1, 'errormessage.contact.not.found', 'client', 'create', '--tenant', 'acme', '--contact', 'nobody');
  });

  it('a signing key, the old one verifying until its tokens are over', async () => {
    const rotated = await done('signing-key', 'rotate', '--tenant', 'acme');
    const { signingKeys } = await done('signing-key', 'list', '--tenant', 'acme');
    assert.deepEqual(
      signingKeys.map(({ kid, retiresAt }: { kid: string; retiresAt: string | null }) => [kid, retiresAt]),
      [
        [rotated['kid'], null],
        [signingKeys[1].kid, rotated['earlierRetireAt']],
      ],
    );
    assert.deepEqual(Object.keys(signingKeys[0]), ['kid', 'createdAt', 'retiresAt']);
    const path = '/merchantAccounts/acme';
    const headers = { authorization: `Bearer ${acme.accessToken}` };
    assert.equal((await server.call('GET', path, { headers })).status, 200);
  });
});

it('onfile issuer adds, lists and removes', async () => {
  const named = ['--issuer', 'https://login.example/', '--jwks-url', 'https://login.example/keys'];
  const limits = ['--audience', 'https://onfile.example, urn:b', '--scopes', 'CONTACT_READ', '--algorithms', 'ES256'];
  const added = await done('issuer', 'add', '--tenant', 'acme', ...named, ...limits);
  const { issuers } = await done('issuer', 'list', '--tenant', 'acme');
  assert.deepEqual([{ tenantId: 'acme', ...issuers[0] }], [added]);
  assert.deepEqual(added['audiences'], ['https://onfile.example', 'urn:b']);
  assert.equal(added['tenantClaim'], 'tenant_id');
  await refused(1, 'errormessage.issuer.exists', 'issuer', 'add', '--tenant', 'acme', ...named, ...limits);
  assert.match((await run('issuer', 'list', '--tenant', 'acme')).stdout, /^ID +ISSUER .*\niss_\w+ +https:/);
  await done('issuer', 'remove', added['issuerId'], '--tenant', 'acme');
  await refused(1, 'errormessage.issuer.not.found', 'issuer', 'remove', added['issuerId'], '--tenant', 'acme');
});
