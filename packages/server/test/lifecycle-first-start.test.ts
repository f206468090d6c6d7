import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { scopes } from '../src/contract/scopes.ts';
import { demoPayee, killDatabase, newInstallation, readDemoFile } from './harness/installation.ts';
import { bearer, enterCard, getRecord, keyHeader, replaceInstrument } from './harness/main-job.ts';

test('the first start makes a demo tenant to try things with, whose credentials work and outlive a restart', async (t) => {
  const installation = await newInstallation(t);
  const { dataDir } = installation;
  const first = await installation.serve();
  const credentials = await readDemoFile(dataDir);

  await t.test('it says what takes time, and then what to try next', () => {
    const [creating, migrated, demo, ready] = [
      /^creating the embedded database/m,
      /^brought the database up to date/m,
      /^making the demo tenant$/m,
      /^onfile ready on http:\/\/127\.0\.0\.1:\d+$/m,
    ].map((line) => first.output().search(line));
    assert.ok(creating !== undefined && migrated !== undefined && demo !== undefined && ready !== undefined);
    assert.ok(0 < creating && creating < migrated && migrated < demo && demo < ready, first.output());
    assert.match(first.output(), /npm run demo/);
    assert.doesNotMatch(first.output(), /^\{/m);
  });

  await t.test('the credentials are for this user only', async () => {
    assert.equal((await stat(join(dataDir, 'demo-credentials.json'))).mode & 0o777, 0o600);
    assert.deepEqual(
      Object.entries(credentials).map(([name, value]) => [name, typeof value]),
      [
        ['baseUrl', 'string'],
        ['tenantId', 'string'],
        ['apiKey', 'string'],
        ['clientId', 'string'],
        ['clientSecret', 'string'],
        ['customerId', 'number'],
        ['contactId', 'string'],
        ['merchantAccountId', 'string'],
      ],
    );
    assert.equal(credentials['baseUrl'], first.url);
  });

  await t.test('the tenant is as promised', async () => {
    const tenants = await installation.query(
      'SELECT tenant_id, mode, locale, country, currency, rate_limit_per_minute FROM tenants',
    );
    assert.deepEqual(tenants, [
      { tenant_id: 'demo', mode: 'test', locale: 'en', country: 'GB', currency: 'GBP', rate_limit_per_minute: null },
    ]);
    const [counts] = await installation.query(
      `SELECT (SELECT count(*)::int FROM customers) AS customers,
         (SELECT count(*)::int FROM merchant_accounts) AS "merchantAccounts",
         (SELECT count(*)::int FROM stored_payment_methods) AS records`,
    );
    assert.deepEqual(counts, { customers: 1, merchantAccounts: 1, records: 0 });
    const granted = await installation.query<{ scopes: string[] }>(
      'SELECT scopes FROM api_keys UNION ALL SELECT scopes FROM clients',
    );
    assert.deepEqual(
      granted.map((each) => each.scopes.toSorted()),
      [scopes.toSorted(), scopes.toSorted()],
    );
  });

  const payee = await demoPayee(dataDir, first);
  const replaced = await replaceInstrument(first, payee, await enterCard(first, payee));
  assert.equal(replaced.status, 200, JSON.stringify(replaced.body));
  first.signal('SIGTERM');
  assert.deepEqual(await first.ended, { code: 0, signal: null });

  const second = await installation.serve();
  assert.doesNotMatch(second.output(), /demo tenant|creating|up to date/);
  assert.deepEqual(await readDemoFile(dataDir), { ...credentials, baseUrl: second.url });
  const account = await second.call('GET', `/v1/customers/${payee.customerId}/account/payment-instrument`, {
    headers: keyHeader(payee),
  });
  assert.equal(account.status, 200);
  const stored = await installation.query<{ id: string }>('SELECT id FROM stored_payment_methods');
  assert.equal(stored.length, 1);
  assert.equal((await getRecord(second, payee, stored[0]?.id ?? '')).status, 200);
});

test('a demo credentials file that is damaged is made anew', async (t) => {
  const installation = await newInstallation(t);
  const first = await installation.serve();
  const before = await readDemoFile(installation.dataDir);
  await first.kill();
  const path = join(installation.dataDir, 'demo-credentials.json');
  await writeFile(path, (await readFile(path, 'utf8')).slice(0, 100));

  const second = await installation.serve();
  const payee = await demoPayee(installation.dataDir, second);
  assert.notEqual(payee.apiKey, before['apiKey']);
  assert.equal(payee.customerId, before['customerId']);
  const customer = await second.call('GET', `/v1/customers/${payee.customerId}`, { headers: keyHeader(payee) });
  assert.equal(customer.status, 200);
});

test('a demo client of an earlier version, which knew fewer scopes, is followed by one that may do everything', async (t) => {
  const installation = await newInstallation(t);
  const first = await installation.serve();
  const before = await readDemoFile(installation.dataDir);
  await installation.query('UPDATE clients SET scopes = scopes[1:3]');
  await first.kill();

  const second = await installation.serve();
  const payee = await demoPayee(installation.dataDir, second);
  assert.notEqual(payee.clientId, before['clientId']);
  const fields = await second.call('GET', `/customFields/${payee.tenantId}`, { headers: bearer(payee) });
  assert.equal(fields.status, 200);
});

test('a first start that is killed again and again is completed by the next one', async (t) => {
  const installation = await newInstallation(t);
  const moments = [/^onfile \d/m, /^creating the embedded database/m, /^brought the database up to date/m, /^making/m];
  for (const moment of moments) {
    const start = installation.start();
    await start.said(moment);
    // Somewhere in what comes next: another place on each run.
    await delay(Math.random() * 150);
    await start.kill();
    if (Math.random() < 0.5) await killDatabase(installation.dataDir);
  }

  const server = await installation.serve();
  const payee = await demoPayee(installation.dataDir, server);
  const replaced = await replaceInstrument(server, payee, await enterCard(server, payee));
  assert.equal(replaced.status, 200, JSON.stringify(replaced.body));
  const [counts] = await installation.query(
    `SELECT (SELECT count(*)::int FROM tenants) AS tenants, (SELECT count(*)::int FROM customers) AS customers,
       (SELECT count(*)::int FROM merchant_accounts) AS "merchantAccounts"`,
  );
  assert.deepEqual(counts, { tenants: 1, customers: 1, merchantAccounts: 1 });
});
