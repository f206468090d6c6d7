import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { callGateway } from './harness/gateway.ts';
import { keyHeader, startSession } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

let server: TestServer;

before(async () => {
  server = await startTestServer();
});

after(() => server.stop());

type Shown = { paymentChoice: string; scheme: string; textVersion: string; text: string };

/** What a new session of the tenant offers to whoever reads it in this language. */
async function offered(
  tenant: TestTenant,
  language?: string,
  overrides: object = {},
): Promise<{ choices: string[]; mandates: Shown[] }> {
  const session = await startSession(server, tenant, overrides);
  const headers: Record<string, string> = language === undefined ? {} : { 'accept-language': language };
  const { body } = await callGateway(server, session, 'GET', '/session', { headers });
  return { choices: body.permittedPaymentChoices, mandates: body.mandates };
}

describe('a session tells the mandate of each choice that debits a bank account', () => {
  it('with the creditor’s name and identifier', async () => {
    const gym = await server.tenant('gym', {
      name: 'Gym Nord',
      country: 'DE',
      currency: 'EUR',
      locale: 'de',
      creditorIdentifiers: { SEPA_CORE: 'DE98ZZZ09999999999', BACS: '123456' },
    });
    const { choices, mandates } = await offered(gym);
    assert.deepEqual(choices, ['SEPA', 'CREDIT_CARD', 'PAYPAL']);
    const [sepa, ...more] = mandates;
    assert.ok(sepa);
    assert.deepEqual(more, []);
    assert.deepEqual([sepa.paymentChoice, sepa.scheme, sepa.textVersion], ['SEPA', 'SEPA_CORE', '2026-11']);
    assert.match(sepa.text, /^Ich ermächtige Gym Nord \(Gläubiger-Identifikationsnummer DE98ZZZ09999999999\), /);
  });

  it('in the language of the request, else the tenant’s', async () => {
    const club = await server.tenant('club', { country: 'CH', currency: 'CHF', locale: 'de-CH' });
    const textIn = async (language?: string) => (await offered(club, language)).mandates.map(({ text }) => text);
    const german = await textIn();
    assert.equal(german.length, 2);
    for (const text of german) assert.match(text, /^Ich ermächtige .* innert 30 Tagen/);
    assert.deepEqual(await textIn('*'), german);
    for (const text of await textIn('en-GB, de;q=0.5')) assert.match(text, /^I authorise .* within 30 days/);
    for (const text of await textIn('fr-CH')) assert.match(text, /^J’autorise .* 30 jours/);
    assert.deepEqual(await textIn('ja'), await textIn('en'));
  });

  it('of iDEAL, which is kept as a SEPA mandate', async () => {
    const shop = await server.tenant('shop', { country: 'NL', currency: 'EUR' });
    const { mandates } = await offered(shop);
    assert.deepEqual(
      mandates.map(({ paymentChoice, scheme }) => [paymentChoice, scheme]),
      [
        ['SEPA', 'SEPA_CORE'],
        ['IDEAL', 'SEPA_CORE'],
      ],
    );
  });

  it('and of no other', async () => {
    const pub = await server.tenant('pub');
    const purchase = await offered(pub, 'en', { scope: 'ECOM' });
    assert.deepEqual([purchase.choices, purchase.mandates], [['CREDIT_CARD', 'PAYPAL'], []]);
    const cards = await offered(pub, 'en', { permittedPaymentChoices: ['CREDIT_CARD', 'SEPA'] });
    assert.deepEqual([cards.choices, cards.mandates], [['CREDIT_CARD'], []]);
  });

  it('as the settings are now', async () => {
    const spa = await server.tenant('spa', { country: 'US', currency: 'USD' });
    const path = '/tenants/spa/settings';
    const { body: settings } = await server.call('GET', path, { headers: keyHeader(spa) });
    assert.match((await offered(spa)).mandates[0]?.text ?? '', /^I authorise spa to debit/);
    await server.call('PUT', path, {
      headers: keyHeader(spa),
      body: { ...settings, creditorIdentifiers: { ACH_WEB: '1234567890' } },
    });
    await until(async () => (await offered(spa)).mandates[0]?.text.includes('(company id 1234567890)'));
  });
});
