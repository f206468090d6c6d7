import assert from 'node:assert/strict';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import type { Config } from '../src/config.ts';
import { OnfileError } from '../src/errors.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { announce, complete, pdf, readFile } from './harness/files.ts';
import { newInstallation } from './harness/installation.ts';
import {
  bearer,
  beginRequest,
  cardEntry,
  keyHeader,
  type Reachable,
  recordBody,
  sessionHeader,
  visa,
} from './harness/main-job.ts';
import { onfile } from './harness/onfile-command.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const encrypted = { 'x-forwarded-proto': 'https' };

let server: TestServer;
let keys: string;
let bank: TestTenant;
let fit: Partial<Config>;

before(async () => {
  keys = await mkdtemp(join(tmpdir(), 'onfile-keys-'));
  fit = {
    publicUrl: 'https://pay.example.com',
    trustedProxies: ['127.0.0.1'],
    masterKeyFile: join(keys, 'master-key.json'),
    demo: false,
  };
  server = await startTestServer(fit);
  // The harness asks for its access token over HTTP, and is refused.
  const made = await server.tenant('bank', { mode: 'live' });
  const { body } = await proxied.call('POST', '/oauth/token', { body: tokenRequest(made) });
  bank = { ...made, accessToken: body.access_token };
});

after(async () => {
  await server.stop();
  await rm(keys, { recursive: true });
});

/** The same server as it is reached through the proxy. */
const proxied: Reachable = {
  call: (method, path, options) =>
    server.call(method, path, { ...options, headers: { ...options?.headers, ...encrypted } }),
};

const ask = (method: string, path: string, headers: Record<string, string>, body?: object): Promise<Answer> =>
  server.call(method, path, { headers, ...(body ? { body } : {}) });

const tokenRequest = ({ clientId, clientSecret }: TestTenant) => ({
  grant_type: 'client_credentials',
  client_id: clientId,
  client_secret: clientSecret,
});

const session = { amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'Membership' };

describe('a tenant in live mode', () => {
  it('is served over the trusted proxy’s HTTPS in both dialects', async () => {
    const headers = { ...keyHeader(bank), ...encrypted };
    const settings = await ask('GET', '/tenants/bank/settings', headers);
    assert.deepEqual([settings.status, settings.body.mode], [200, 'live']);
    assert.equal(settings.headers.get('strict-transport-security'), 'max-age=31536000');
    const made = await ask('POST', '/storedPaymentMethods/bank', { ...bearer(bank), ...encrypted }, recordBody(bank));
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.equal((await ask('HEAD', '/v1/customers', headers)).status, 200);
    assert.equal((await ask('GET', '/oauth/bank/jwks', encrypted)).body.keys.length, 1);
  });

  it('is refused over HTTP whatever it asks for, in its language, before anything is done', async () => {
    const key = keyHeader(bank);
    for (const answer of [
      await ask('GET', '/tenants/bank/settings', key),
      await ask('POST', '/v1/payments/user-session', key, { ...session, customerId: bank.customerId }),
      await ask('POST', '/storedPaymentMethods/bank', bearer(bank), recordBody(bank)),
      await ask('POST', '/oauth/token', {}, tokenRequest(bank)),
      await ask('GET', '/oauth/bank/jwks', {}),
      await ask('GET', '/tenants/bank/settings', { ...key, 'x-forwarded-proto': 'https, http' }),
    ]) {
      assertRefused(answer, 403, 'https.required');
      assert.equal(answer.headers.get('location'), null);
      assert.equal(answer.headers.get('strict-transport-security'), null);
    }
    assert.equal((await ask('HEAD', '/v1/customers', key)).status, 403);
    const german = await ask('GET', '/tenants/bank/settings', { ...key, 'accept-language': 'de' });
    assert.match(german.body.errorMessage, /^Dieses Konto ist im Echtbetrieb und wird nur über HTTPS bedient\./);
    assert.equal((await ask('GET', '/tenants/bank/settings', { 'x-api-key': `${bank.apiKey}x` })).status, 401);
  });

  it('hands no file over by a link that is followed over HTTP', async () => {
    const { body: file } = await announce(proxied, bank);
    const put = (headers: Record<string, string>) =>
      server.call('PUT', new URL(file.upload.url).pathname, {
        headers: { ...file.upload.headers, ...headers },
        body: pdf.toString(),
      });
    assertRefused(await put({}), 403, 'https.required');
    assert.equal((await put(encrypted)).status, 200);
    await complete(proxied, bank, file.id);
    const { body: stored } = await readFile(proxied, bank, file.id);
    assertRefused(await ask('GET', new URL(stored.download.url).pathname, {}), 403, 'https.required');
    assertRefused(await ask('GET', '/file-links/bank', {}), 403, 'file.link.invalid');
  });

  it('is told by an error of its own that no gateway is there for real cards, and takes no test card for one', async () => {
    const created = await ask(
      'POST',
      '/v1/payments/user-session',
      { ...keyHeader(bank), ...encrypted },
      { ...session, customerId: bank.customerId },
    );
    const gateway = { ...sessionHeader(created.body.token), ...encrypted };
    const token = await beginRequest(proxied, created.body.token);
    const submit = (cardNumber: string) =>
      ask('POST', `/upg/api/v1/payments/${token}`, gateway, {
        paymentMethod: 'CREDIT_CARD',
        creditCard: cardEntry(cardNumber),
      });
    const refused = await submit(visa);
    assertRefused(refused, 400, 'card.number.invalid', 'creditCard.cardNumber');
    for (let n = 0; n < 12; n++) assertRefused(await submit('4929012345678903'), 503, 'live.mode.unavailable');
    const frame = `/component/v1/frame/${created.body.token.split('_')[1]}`;
    assertRefused(await ask('GET', frame, {}), 403, 'https.required');
  });

  it('is not believed to come over HTTPS by anyone but a trusted proxy', async (t) => {
    const direct = await startTestServer({ ...fit, trustedProxies: ['192.0.2.1'] }, server);
    t.after(() => direct.stop());
    const answer = await direct.call('GET', '/tenants/bank/settings', {
      headers: { ...keyHeader(bank), ...encrypted },
    });
    assertRefused(answer, 403, 'https.required');
  });

  it('is refused by a process whose settings are not fit for it', async (t) => {
    const unfit = await startTestServer({ ...fit, demo: true, databaseUrl: null }, server);
    t.after(() => unfit.stop());
    const answer = await unfit.call('GET', '/tenants/bank/settings', { headers: { ...keyHeader(bank), ...encrypted } });
    assertRefused(answer, 503, 'live.mode.unavailable');
    await assert.rejects(
      unfit.tenant('other-bank', { mode: 'live' }),
      (error) => error instanceof OnfileError && error.code === 'errormessage.live.mode.unavailable',
    );
  });

  it('leaves tenants in test mode on the same server as they were', async () => {
    const gym = await server.tenant('gym');
    assert.equal((await ask('GET', '/tenants/gym/settings', keyHeader(gym))).status, 200);
  });
});

test('live mode is refused at the command line and at the start, with what to do, until the settings are fit', async (t) => {
  const { dataDir, serve, start } = await newInstallation(t);
  const unfit = await serve();
  const create = (settings: Record<string, string>) =>
    onfile(['tenant', 'create', 'bank', '--mode', 'live', '--json'], { DATA_DIR: dataDir, ...settings });
  const refused = await create({});
  assert.equal(refused.exitCode, 1);
  const { error } = JSON.parse(refused.stdout);
  assert.equal(error.errorCode, 'live-mode');
  for (const remedy of [/set TLS_CERT_FILE/, /with MASTER_KEY_FILE/, /set DEMO=off/]) {
    assert.match(error.errorMessage, remedy);
  }
  unfit.signal('SIGTERM');
  await unfit.ended;

  const keyFile = join(await mkdtemp(join(tmpdir(), 'onfile-keys-')), 'master-key.json');
  t.after(() => rm(join(keyFile, '..'), { recursive: true }));
  await rename(join(dataDir, 'master-key.json'), keyFile);
  const settings = {
    MASTER_KEY_FILE: keyFile,
    DEMO: 'off',
    PUBLIC_URL: 'https://pay.example.com',
    TRUSTED_PROXIES: '127.0.0.1',
  };
  const serving = await serve(settings);
  assert.doesNotMatch(serving.output(), /demo/);
  const made = await create(settings);
  assert.equal(made.exitCode, 0, made.stdout);
  serving.signal('SIGTERM');
  await serving.ended;

  const again = start({ ...settings, DEMO: 'on' });
  assert.deepEqual(await again.ended, { code: 1, signal: null });
  assert.match(again.errors(), /onfile cannot start: the tenant bank is in live mode: the demo .*; set DEMO=off/);
});
