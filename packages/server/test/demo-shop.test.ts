import assert from 'node:assert/strict';
import { request as requestOverHttp } from 'node:http';
import { test } from 'node:test';
import { buildComponent } from '../../../scripts/build-component.ts';
import { paymentChoices } from '../src/contract/payments.ts';
import { newInstallation } from './harness/installation.ts';
import { beginRequest, submitCard, visa } from './harness/main-job.ts';
import { startTestServer } from './harness/server.ts';

/** As `fetch`, which would not send another Host. Answers the status and what the body says of the error. */
function send(url: string, path: string, method: string, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined; body: any }>((resolve, reject) => {
    const json = { 'content-type': 'application/json' };
    const request = requestOverHttp(`${url}${path}`, { method, headers: { ...json, ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.on('end', () => {
        const isJson = response.headers['content-type']?.includes('json');
        resolve({ status: response.statusCode, body: isJson ? JSON.parse(text) : text });
      });
    });
    request.on('error', reject).end(method === 'POST' ? '{}' : undefined);
  });
}

const reads = ['/demo', '/demo/icon.svg', '/demo/account', '/demo/calls', '/demo/test-numbers'];
const changes = ['/demo/sessions', '/demo/replacements'];

test('the demo shop serves this machine’s browsers and nobody else', async (t) => {
  await buildComponent();
  const installation = await newInstallation(t);
  const first = await installation.serve();
  const { url } = first;
  const { host, port } = new URL(url);

  await t.test('its page runs nothing inline, and no page may frame it', async () => {
    const page = await first.call('GET', '/demo');
    assert.equal(page.status, 200);
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';.*frame-ancestors 'none'$/);
    assert.equal(page.headers.get('set-cookie'), null);
    assert.doesNotMatch(page.body, /<script>|style=|onload/);
  });

  await t.test('a name that was made to point to this machine is refused', async () => {
    for (const path of [...reads, ...changes]) {
      for (const name of ['shop.example', `shop.example:${port}`, '127.0.0.1.shop.example', 'localhost.shop.example']) {
        const method = reads.includes(path) ? 'GET' : 'POST';
        const { status, body } = await send(url, path, method, { host: name, origin: `http://${name}` });
        assert.deepEqual([status, body.errorCode, body.reference], [400, 'errormessage.validation.header', 'host']);
      }
    }
    assert.equal((await send(url, '/demo/account', 'GET', { host: `localhost:${port}` })).status, 200);
  });

  await t.test('a change that another site asks for is refused', async () => {
    for (const path of changes) {
      for (const origin of ['https://shop.example', 'null', 'http://127.0.0.1:1', `http://localhost:${port}`, '']) {
        const { status, body } = await send(url, path, 'POST', { host, ...(origin && { origin }) });
        assert.deepEqual([status, body.errorCode, body.reference], [400, 'errormessage.validation.header', 'origin']);
      }
    }
  });

  await t.test('its backend answers and fails as the contracted endpoints do', async () => {
    const own = { headers: { origin: url } };
    const empty = await first.call('GET', '/demo/account');
    assert.deepEqual(empty.body.instrument, { accountVersion: 0 });
    const session = await first.call('POST', '/demo/sessions', { ...own, body: {} });
    assert.deepEqual(Object.keys(session.body), ['token', 'tokenValidUntil', 'finionPayCustomerId']);
    const paymentRequestToken = await beginRequest(first, session.body.token);
    const early = await first.call('POST', '/demo/replacements', { ...own, body: { paymentRequestToken } });
    assert.deepEqual([early.status, early.body.errorCode], [409, 'errormessage.payment.request.not.concluded']);
    await submitCard(first, session.body.token, paymentRequestToken, visa);
    const replaced = await first.call('POST', '/demo/replacements', { ...own, body: { paymentRequestToken } });
    assert.deepEqual([replaced.status, replaced.body.sysVersion], [200, 1]);
    const { body } = await first.call('GET', '/demo/account');
    assert.equal(body.record.id, replaced.body.storedPaymentMethodId);
    const wrong = await first.call('POST', '/demo/sessions', { ...own, body: { customerId: 1 } });
    assert.deepEqual([wrong.status, wrong.body.errorCode], [400, 'errormessage.validation.unknown.field']);
    const calls: { path: string }[] = (await first.call('GET', '/demo/calls')).body.calls;
    assert.ok(calls.some(({ path }) => path === '/upg/api/v1/payments/{token}'));
    assert.ok(!JSON.stringify(calls).includes(paymentRequestToken));
  });

  await t.test('it is no part of the published reference', async () => {
    const { body } = await first.call('GET', '/openapi.json');
    assert.deepEqual(
      Object.keys(body.paths).filter((path) => path.startsWith('/demo')),
      [],
    );
  });

  await t.test('a demo tenant of an earlier version gets all methods and the present origins', async () => {
    await first.kill();
    const others = ['https://shop.example'];
    await installation.query(
      'UPDATE tenants SET permitted_member_account_choices = NULL, allowed_origins = allowed_origins || $1::text[]',
      [others],
    );
    const second = await installation.serve();
    const [tenant] = await installation.query<{ choices: string[]; origins: string[] }>(
      'SELECT permitted_member_account_choices AS choices, allowed_origins AS origins FROM tenants',
    );
    assert.deepEqual(tenant?.choices, [...paymentChoices]);
    const present = [second.url, `http://localhost:${new URL(second.url).port}`];
    assert.deepEqual(tenant?.origins, [...others, ...present]);
    await second.kill();
  });

  await t.test('a server that other machines can reach has none', async () => {
    const open = await installation.serve({ HOST: '0.0.0.0' });
    for (const path of reads) assert.equal((await open.call('GET', path)).status, 404);
    assert.doesNotMatch(open.output(), /^ +demo /m);
  });
});

test('a server that was not told of a demo tenant has no demo shop', async (t) => {
  const server = await startTestServer();
  t.after(() => server.stop());
  for (const path of reads) assert.equal((await server.call('GET', path)).status, 404);
});
