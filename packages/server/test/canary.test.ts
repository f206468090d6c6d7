import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  assertOk,
  authenticate,
  callGateway,
  changeConnector,
  decideChallenge,
  pickCard,
  readSession,
} from './harness/gateway.ts';
import { databaseFiles, everyRow, keepLog, query, tablesOf } from './harness/look-inside.ts';
import {
  amex,
  beginRequest,
  cardEntry,
  challenged,
  createRecord,
  declined,
  getRecord,
  keyHeader,
  mastercard,
  putRecord,
  replaceInstrument,
  startSession,
  visa,
} from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const cardHolder = 'Zephyrine Quillfeather';
const securityCode = '8371';
const ownToken = 'tok_canary_4f1d9b';
const inClear = 'Canary reference 77';

let server: TestServer;
let acme: TestTenant;
/** In PostgreSQL's log of changes. */
let keptLog: Awaited<ReturnType<typeof keepLog>>;
/** What must be in clear nowhere, under its name. */
const canaries = new Map<string, string>();
/** The bodies of all failures. */
const failures: string[] = [];
/** Each request is repeated under a key of its own, so that kept answers are looked through too. */
let keys = 0;

const secretPart = (token: string): string => token.slice(token.lastIndexOf('_') + 1);

function watchAnswers(watched: TestServer): void {
  const { call } = watched;
  watched.call = async (method, path, options = {}) => {
    const headers = { 'idempotency-key': `canary-${++keys}`, ...options.headers };
    const answer = await call(method, path, { ...options, headers });
    if (answer.status >= 400) failures.push(JSON.stringify(answer.body) + JSON.stringify([...answer.headers]));
    return answer;
  };
}

async function enter(
  number: string,
  overrides: object = {},
): Promise<{ session: string; token: string; url?: string }> {
  const session = await startSession(server, acme, { referenceText: inClear });
  const token = await beginRequest(server, session);
  const { body } = await callGateway(server, session, 'POST', `/payments/${token}`, {
    body: {
      paymentMethod: 'CREDIT_CARD',
      creditCard: cardEntry(number, { cardHolder, ...overrides }),
      billingAddress: { line1: 'Marmaladewharf 7' },
    },
  });
  canaries.set(`number ${number}`, number);
  canaries.set(`session ${keys}`, secretPart(session));
  canaries.set(`payment request ${keys}`, token);
  return { session, token, url: body.action?.url };
}

/** The Customer API and the gateway API: all ways that a card can take. */
async function customerFlows(): Promise<void> {
  assertOk(await replaceInstrument(server, acme, (await enter(visa)).token));
  assertOk(await replaceInstrument(server, acme, (await enter(amex, { securityCode })).token));
  await enter(declined);
  const open = await enter(challenged);
  const completed = await enter('4000000000003220');
  await decideChallenge(server, completed.url ?? '', 'complete');
  await authenticate(server, completed.session, completed.token);
  assertOk(await replaceInstrument(server, acme, completed.token));
  assertOk(await replaceInstrument(server, acme, await pickCard(server, acme, '3220')));
  const { body } = await readSession(server, open.session);
  canaries.set('instrument token', body.existingPaymentInstruments[0].paymentInstrumentToken);
}

async function recordsFlows(): Promise<void> {
  const record = await createRecord(server, acme, {
    name_on_account: cardHolder,
    merchant_account_tokens: [{ merchant_account_id: acme.merchantAccountId, token: ownToken }],
  });
  assertOk(await putRecord(server, acme, { ...record, name: 'Renamed' }));
  const { body } = await server.call('GET', `/v1/customers/${acme.customerId}/account/payment-instrument`, {
    headers: keyHeader(acme),
  });
  const { body: billed } = await getRecord(server, acme, body.storedPaymentMethodId);
  canaries.set('gateway token', billed.merchant_account_tokens[0].token);
}

/** Secrets in every place where they do not belong, and a gateway whose fault tells what it was given. */
async function misuse(): Promise<void> {
  const { session, token } = await enter(mastercard, { expiryYear: 2001 });
  const submit = (body: unknown) => callGateway(server, session, 'POST', `/payments/${token}`, { body });
  await submit({ paymentMethod: visa, creditCard: { [visa]: visa } });
  await submit({ paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(visa, { cardHolder: visa, securityCode }) });
  await submit({ paymentMethod: 'CREDIT_CARD', creditCard: visa });
  await submit(`{"cardNumber":"${visa}"`);
  await replaceInstrument(server, acme, visa);
  await replaceInstrument(server, acme, visa, { customerId: visa });
  await replaceInstrument(server, acme, token, { headers: { 'idempotency-key': `${acme.apiKey} ${visa}` } });
  await startSession(server, acme, { referenceText: visa, [cardHolder]: securityCode });
  await server.call('GET', `/v1/customers/${visa}?card=${visa}`, { headers: keyHeader(acme) });
  await server.call('GET', `/${visa}/${acme.apiKey}`, { headers: { authorization: acme.apiKey } });
  await callGateway(server, session, 'GET', `/payments/${visa}`);
  await createRecord(server, acme, { name: visa, name_on_account: cardHolder });
  await putRecord(server, acme, { id: visa, name: cardHolder }, { headers: { 'if-match': visa } });
  await server.call('POST', '/oauth/token', {
    body: { grant_type: visa, client_id: acme.clientId, client_secret: acme.clientSecret },
  });
  changeConnector(server, () => ({
    checkCard: (_account, card) =>
      Promise.reject(new Error(`${card.number.reveal()} ${card.securityCode.reveal()} ${card.holder}`)),
  }));
  await submit({ paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(visa, { cardHolder }) });
}

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  keptLog = await keepLog(server);
  canaries.set('holder', cardHolder);
  canaries.set('address', 'Marmaladewharf');
  canaries.set('own gateway token', ownToken);
  canaries.set('API key', secretPart(acme.apiKey));
  canaries.set('client secret', secretPart(acme.clientSecret));
  canaries.set('access token', acme.accessToken.slice(-40));
  watchAnswers(server);
  await customerFlows();
  await recordsFlows();
  await misuse();
});

after(async () => {
  await keptLog.release();
  await server.stop();
});

describe('after both dialects were used and misused', () => {
  it('no table holds a number, name, address or secret in clear, as text or as bytes', async () => {
    assert.ok(canaries.size > 20);
    const rows = await everyRow(server);
    for (const [name, canary] of canaries) assert.deepEqual(tablesOf(rows, canary), [], name);
  });

  it('a table that holds something in clear would have been seen', async () => {
    const rows = await everyRow(server);
    assert.deepEqual(tablesOf(rows, inClear), ['user_payment_sessions']);
    const [number] = await query<{ fingerprint: Buffer }>(server, 'SELECT fingerprint FROM vault_secrets LIMIT 1');
    assert.deepEqual(tablesOf(rows, number?.fingerprint.toString('hex') ?? ''), ['vault_secrets']);
  });

  it('no file of the database holds any of it, nor does PostgreSQL’s log of changes', async () => {
    const { tables, log } = await databaseFiles(server, keptLog.position);
    assert.ok(tables.includes(inClear) && log.includes(inClear));
    for (const [name, canary] of canaries) assert.ok(!tables.includes(canary), name);
    // Other tests write to the same log, so what is looked for there is this test's alone.
    for (const canary of [cardHolder, 'Marmaladewharf', ownToken]) assert.ok(!log.includes(canary), canary);
  });

  it('no table holds a verification code', async () => {
    const rows = await everyRow(server);
    assert.deepEqual(tablesOf(rows, `"${securityCode}"`), []);
    const word = new RegExp(`(?<![0-9A-Za-z])(${securityCode}|securityCode)(?![0-9A-Za-z])`);
    assert.deepEqual(
      rows.filter(({ row }) => word.test(row)),
      [],
    );
  });

  it('no line of the log holds any of it', () => {
    const log = server.log();
    assert.ok(log.includes('"status":500') && log.includes('"status":200'));
    for (const [name, canary] of canaries) assert.ok(!log.includes(canary), name);
    assert.doesNotMatch(log, new RegExp(`\\b${securityCode}\\b|securityCode`));
  });

  it('no failure told any of it', () => {
    assert.ok(failures.length > 12);
    for (const [name, canary] of canaries)
      assert.deepEqual(
        failures.filter((one) => one.includes(canary)),
        [],
        name,
      );
    const told = failures.filter((one) => new RegExp(`"${securityCode}"`).test(one));
    assert.deepEqual(told, []);
  });
});
