import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertOk, authenticate, callGateway, readSession } from './harness/gateway.ts';
import {
  achEntry,
  bacsEntry,
  bill,
  decideRedirect,
  entries,
  germanIban,
  ibanEntry,
  submitEntry,
  swissIban,
  tenantWithEveryChoice,
} from './harness/instruments.ts';
import { everyRow, tablesOf } from './harness/look-inside.ts';
import { beginRequest, getRecord, keyHeader, putRecord, startSession } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const accountHolder = 'Zephyrine Quillfeather';
const email = 'zephyrine@canary.example';
const typed = 'Z. Quillfeather, Canary';
const drawn = `data:image/png;base64,${Buffer.from('89504e470d0a1a0acafe5eedcafe5eedcafe5eed', 'hex').toString('base64')}`;
const bic = 'COBADEFFCAN';
const misspeltIban = 'DE88370400440532013000';

/** What must be in clear nowhere, under its name. */
const canaries = new Map<string, string>([
  ['holder', accountHolder],
  ['email', email],
  ['typed signature', typed],
  ['drawn signature', drawn.slice(drawn.indexOf(',') + 1)],
  ['BIC', bic],
  ['misspelt IBAN', misspeltIban],
  ['IBAN', germanIban],
  ['account number in the IBAN', germanIban.slice(4)],
  ['Swiss IBAN', swissIban],
  ['iDEAL IBAN', 'NL39RABO0300065264'],
  ['declined IBAN', 'BE68539007547034'],
  ['UK account number', '55779911'],
  ['US account number', '000123456789'],
  ['PayPal payer', 'sim_paypal_ada'],
  ['TWINT payer', 'sim_twint_ada'],
  ['Bancontact card', 'sim_bancontact_ada'],
]);
const failures: string[] = [];
let keys = 0;
let server: TestServer;
let club: TestTenant;

function watchAnswers(watched: TestServer): void {
  const { call } = watched;
  watched.call = async (method, path, options = {}) => {
    const headers = { 'idempotency-key': `canary-${++keys}`, ...options.headers };
    const answer = await call(method, path, { ...options, headers });
    if (answer.status >= 400) failures.push(JSON.stringify(answer.body) + JSON.stringify([...answer.headers]));
    return answer;
  };
}

/** Every choice as it is meant. */
async function useAll(): Promise<void> {
  const submissions = [
    ibanEntry('SEPA', germanIban, { accountHolder, bic, signature: drawn }),
    ibanEntry('CH_DD', swissIban, { accountHolder, signature: typed }),
    bacsEntry(undefined, { accountHolder, email }),
    achEntry(undefined, { accountHolder }),
    entries.PAYPAL,
    entries.TWINT,
    entries.IDEAL,
    entries.BANCONTACT,
    entries.CASH,
  ];
  for (const submission of submissions) {
    const { mandate, storedPaymentMethodId: id } = await bill(server, club, submission);
    if (mandate) canaries.set(`mandate of ${submission.paymentMethod}`, mandate.reference);
    if (id) assertOk(await putRecord(server, club, (await getRecord(server, club, id)).body));
  }
  await submitEntry(server, club, ibanEntry('SEPA', 'BE68539007547034', { accountHolder }));
  const { session, token, answer } = await submitEntry(server, club, entries.TWINT);
  await decideRedirect(server, answer.body.action.url);
  await authenticate(server, session, token);
  await readSession(server, session);
}

/** The same where it does not belong. */
async function misuse(): Promise<void> {
  const session = await startSession(server, club);
  const token = await beginRequest(server, session);
  const submit = (body: unknown) => callGateway(server, session, 'POST', `/payments/${token}`, { body });
  await submit(ibanEntry('SEPA', misspeltIban, { accountHolder, signature: typed }));
  await submit(ibanEntry('CH_DD', germanIban, { accountHolder, bic }));
  await submit(bacsEntry('089999 55779911', { accountHolder, email }));
  await submit({ paymentMethod: germanIban, [germanIban]: { email } });
  await submit({ paymentMethod: 'SEPA', sepa: germanIban });
  await submit(`{"iban":"${germanIban}"`);
  await callGateway(server, session, 'GET', `/payments/${germanIban}`);
  await server.call('GET', `/v1/customers/${swissIban}?iban=${germanIban}`, { headers: keyHeader(club) });
  const { services } = server;
  const connectorOf = services.connectorOf.bind(services);
  services.connectorOf = (tenant) => ({
    ...connectorOf(tenant),
    checkBankAccount: (_account, details) => Promise.reject(new Error(`raw ${JSON.stringify(details)} ${germanIban}`)),
  });
  await submit(ibanEntry('SEPA', germanIban, { accountHolder, bic, signature: drawn }));
}

before(async () => {
  server = await startTestServer();
  club = await tenantWithEveryChoice(server, 'club', { country: 'DE', currency: 'EUR' });
  watchAnswers(server);
  await useAll();
  await misuse();
});

after(() => server.stop());

describe('after every payment choice was used and misused', () => {
  it('no table holds an account number, holder, mandate or signature in clear, as text or as bytes', async () => {
    assert.ok([...canaries.keys()].filter((name) => name.startsWith('mandate')).length === 5);
    const rows = await everyRow(server);
    for (const [name, canary] of canaries) assert.deepEqual(tablesOf(rows, canary), [], name);
  });

  it('no line of the log holds any of it', () => {
    const log = server.log();
    assert.ok(log.includes('"status":500') && log.includes('"status":200'));
    for (const [name, canary] of canaries) assert.ok(!log.includes(canary), name);
  });

  it('no failure told any of it', () => {
    assert.ok(failures.length >= 8);
    for (const [name, canary] of canaries) {
      assert.deepEqual(
        failures.filter((one) => one.includes(canary)),
        [],
        name,
      );
    }
  });
});
