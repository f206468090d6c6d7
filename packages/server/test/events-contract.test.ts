import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Event, eventTypes } from '../src/contract/events.ts';
import { runBackgroundTasks } from './harness/background-tasks.ts';
import { defineField } from './harness/custom-fields.ts';
import { catchUp, type ReadEvent } from './harness/events.ts';
import { assertOk, callGateway, submitInSession, withNewCustomer } from './harness/gateway.ts';
import { addMerchantAccount, watchGateway, workOnce } from './harness/gateway-tokens.ts';
import { query, tablesHolding } from './harness/look-inside.ts';
import {
  bearer,
  beginRequest,
  createRecord,
  declined,
  keyHeader,
  replaceInstrument,
  startSession,
  submitCard,
  visa,
} from './harness/main-job.ts';
import { isPublic, operationsOf } from './harness/openapi-operations.ts';
import { callerFor, samplesOf, send } from './harness/sample-requests.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
const isEvent = ajv.compile(Event);

let server: TestServer;
let acme: TestTenant;
let events: ReadEvent[];
const tokens: string[] = [];
const recalculationPauseMs = 3_000;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme', {
    permittedPaymentChoices: { MEMBER_ACCOUNT: ['CREDIT_CARD', 'CASH'], ECOM: null },
  });
  await walkTheApi();
  await recalculate();
  await payInCash();
  await enterDeclinedCard();
  await testCards();
  await addLateToken();
  await lockDeleteAndRestore();
  await renameTenant();
  events = await catchUp(server, acme);
});

after(() => server.stop());

/** Every sample of every operation of the OpenAPI document, each succeeding. */
async function walkTheApi(): Promise<void> {
  const operations = (await operationsOf(server)).filter((operation) => !isPublic(operation));
  for (const operation of operations) {
    // Its sample would take back what this tenant's customers may pay with.
    if (operation.name === 'PUT /tenants/{tenantId}/settings') continue;
    for (const sampleOf of samplesOf(operation)) {
      const caller = await callerFor(server, acme, operation);
      tokens.push(caller.session, caller.ids.paymentRequestToken);
      const answer = await send(server, operation, sampleOf(caller.ids, caller.tenant), caller);
      assert.ok(answer.status < 300, `${operation.name}: ${JSON.stringify(answer.body)}`);
    }
  }
}

/** A field that is calculated from now on; the work waits until no process has the earlier definitions any more. */
async function recalculate(): Promise<void> {
  await createRecord(server, acme);
  await defineField(server, acme, { id: 'called__c', type: 'string', calculation: 'record.name' });
  server.clock.advance(recalculationPauseMs);
  await runBackgroundTasks(server, acme.tenantId);
}

async function payInCash(): Promise<void> {
  const payer = await withNewCustomer(server, acme);
  const session = await startSession(server, payer);
  const token = await beginRequest(server, session);
  await callGateway(server, session, 'POST', `/payments/${token}`, { body: { paymentMethod: 'CASH', cash: {} } });
  assertOk(await replaceInstrument(server, payer, token));
}

async function enterDeclinedCard(): Promise<void> {
  const { answer } = await submitInSession(server, acme, declined);
  assert.equal(answer.body.status, 'DECLINED');
}

/** One more declined card in a session than may be. */
async function testCards(): Promise<void> {
  const session = await startSession(server, acme);
  for (let n = 0; n <= 10; n++) await submitCard(server, session, await beginRequest(server, session), declined);
}

/** A merchant account's token that the worker gets later. */
async function addLateToken(): Promise<void> {
  const gateway = watchGateway(server);
  const payer = await withNewCustomer(server, acme);
  gateway.failing.add(await addMerchantAccount(server, acme, 'Late'));
  const { token } = await submitInSession(server, payer, visa);
  assertOk(await replaceInstrument(server, payer, token));
  gateway.failing.clear();
  await workOnce(server, acme);
}

async function lockDeleteAndRestore(): Promise<void> {
  const { id } = await createRecord(server, acme);
  const path = `/storedPaymentMethods/acme/${id}`;
  const lock = { reason: 'A disputed charge' };
  assertOk(await server.call('PUT', `${path}/lock`, { headers: bearer(acme), body: lock }));
  assertOk(await server.call('DELETE', `${path}/lock`, { headers: bearer(acme) }));
  assertOk(await server.call('DELETE', path, { headers: bearer(acme) }));
  assertOk(await server.call('POST', `${path}/restore`, { headers: bearer(acme), body: {} }));
}

async function renameTenant(): Promise<void> {
  const headers = keyHeader(acme);
  const { body } = await server.call('GET', '/tenants/acme/settings', { headers });
  assertOk(await server.call('PUT', '/tenants/acme/settings', { headers, body: { ...body, name: 'Acme Gyms' } }));
}

describe('whatever is done through the API', () => {
  it('makes events of the documented types and forms, each of which occurs', () => {
    for (const event of events) {
      assert.ok(isEvent(event), `${JSON.stringify(event)}: ${ajv.errorsText(isEvent.errors)}`);
    }
    const seen = new Set(events.map(({ type }) => type));
    assert.deepEqual([...seen].toSorted(), eventTypes.toSorted());
  });

  it('tells each event that is stored', async () => {
    const stored = await query<{ id: string }>(
      server,
      `SELECT event_id AS id FROM events WHERE tenant_id = 'acme' ORDER BY number`,
    );
    assert.deepEqual(
      events.map(({ id }) => id),
      stored.map(({ id }) => id),
    );
  });

  it('tells no name, number, token or address', async () => {
    const told = JSON.stringify(events);
    const personal = [
      'Ada',
      'Test',
      'Grace',
      'Hopper',
      'Work card',
      'Acme Gyms',
      visa,
      declined,
      '"4242"',
      'tok_',
      'disputed',
    ];
    for (const canary of [...personal, ...tokens]) assert.ok(!told.includes(canary), canary);
    assert.ok(!(await tablesHolding(server, 'Hopper')).includes('events'));
  });
});
