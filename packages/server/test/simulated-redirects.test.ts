import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RedirectChoice } from '../src/connectors/connector.ts';
import { findTenant } from '../src/store/tenants.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { type Answer, startTestServer, type TestServer } from './harness/server.ts';

let server: TestServer;

before(async () => {
  server = await startTestServer();
  await server.tenant('acme');
});

after(() => server.stop());

const { signal } = new AbortController();
const account = { tenantId: 'acme', merchantAccountId: 'main', processorAccountId: 'acct_1' };
const returnUrl = 'https://shop.example/back?order=7';

/** A redirect as the gateway starts it; answers the path of its page, and how the gateway says it ended. */
async function startRedirect(choice: RedirectChoice, back?: string) {
  const tenant = await findTenant(server.services.db, 'acme');
  assert.ok(tenant);
  const connector = server.services.connectorOf(tenant);
  const started = await connector.startRedirect(account, { choice, ...(back && { returnUrl: back }) }, signal);
  assert.ok(started.outcome === 'challenged');
  return {
    path: new URL(started.action.url).pathname,
    conclude: () => connector.concludeChallenge(account, started.challengeReference, signal),
  };
}

const press = (path: string, form: string): Promise<Answer> =>
  server.call('POST', path, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form });

const policyOf = (answer: Answer) => answer.headers.get('content-security-policy') ?? '';

describe('the page that stands in for another party', () => {
  it('names the method, and takes no script, no frame around it and no form but its own', async () => {
    const { path, conclude } = await startRedirect('PAYPAL');
    const page = await server.call('GET', path);
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    assert.match(page.body, /<h1>Pay with PayPal<\/h1>/);
    assert.equal(
      policyOf(page),
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    const stylePath = /<link rel="stylesheet" href="([^"]+)">/.exec(page.body)?.[1] ?? '';
    const style = await server.call('GET', stylePath);
    assert.deepEqual([style.status, style.headers.get('content-type')], [200, 'text/css; charset=utf-8']);
    assert.deepEqual(await conclude(), { outcome: 'pending' });
  });

  it('grants the instrument of the payer who approved', async () => {
    const { path, conclude } = await startRedirect('TWINT');
    const page = await press(path, 'payer=grace&outcome=approve');
    assert.equal(page.status, 200);
    assert.match(page.body, /TWINT was approved/);
    const result = await conclude();
    assert.ok(result.outcome === 'granted');
    const { token, ...instrument } = result.instrument;
    assert.deepEqual(instrument, { choice: 'TWINT', holder: 'Grace Test', payerReference: 'sim_twint_grace' });
    assert.match(token.reveal(), /^sim_/);
  });

  it('takes the first payer when the form names none', async () => {
    const { path, conclude } = await startRedirect('BANCONTACT');
    await press(path, 'outcome=approve');
    const result = await conclude();
    assert.ok(result.outcome === 'granted' && result.instrument.choice === 'BANCONTACT');
    assert.equal(result.instrument.lastFour, '4449');
  });

  it('tells that the customer cancelled', async () => {
    const { path, conclude } = await startRedirect('IDEAL');
    assert.match((await press(path, 'payer=ada&outcome=cancel')).body, /iDEAL was cancelled/);
    assert.deepEqual(await conclude(), { outcome: 'cancelled' });
  });

  it('is decided once: the first button counts, and the page says so from then on', async () => {
    const { path, conclude } = await startRedirect('PAYPAL');
    await press(path, 'outcome=cancel');
    assert.match((await press(path, 'payer=ada&outcome=approve')).body, /PayPal was cancelled/);
    assert.match((await server.call('GET', path)).body, /PayPal was cancelled/);
    assert.equal((await conclude()).outcome, 'cancelled');
  });

  it('sends the browser back to where the shop said, whatever was decided, and its policy lets it', async () => {
    for (const outcome of ['approve', 'cancel']) {
      const { path } = await startRedirect('IDEAL', returnUrl);
      const page = await server.call('GET', path);
      assert.match(policyOf(page), /form-action 'self' https:\/\/shop\.example;/);
      for (const answer of [await press(path, `outcome=${outcome}`), await press(path, `outcome=${outcome}`)]) {
        assert.deepEqual([answer.status, answer.headers.get('location'), answer.body], [303, returnUrl, '']);
      }
      assert.match((await server.call('GET', path)).body, /<a href="https:\/\/shop\.example\/back\?order=7">/);
    }
  });

  it('takes its two buttons and its own payers only, and stays open', async () => {
    const { path, conclude } = await startRedirect('PAYPAL');
    for (const form of ['', 'outcome=both', 'payer=ada', 'outcome=approved']) {
      assertRefused(await press(path, form), 400, 'validation.value', 'outcome');
    }
    for (const form of ['outcome=approve&payer=alan', 'outcome=approve&payer=']) {
      assertRefused(await press(path, form), 400, 'validation.value', 'payer');
    }
    assert.deepEqual(await conclude(), { outcome: 'pending' });
  });

  it('is opened by its own address only', async () => {
    const { path } = await startRedirect('TWINT');
    const wrong = [`${path.slice(0, -3)}xyz`, path.replace('acme.', 'nobody.'), '/simulator/redirects/x'];
    for (const other of [...wrong, path.replace('redirects', 'challenges')]) {
      assertRefused(await server.call('GET', other), 404, 'route.not.found');
      assertRefused(await press(other, 'outcome=approve'), 404, 'route.not.found');
    }
  });
});
