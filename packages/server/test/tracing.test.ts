import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readConfig } from '../src/config.ts';
import { ConnectorError } from '../src/connectors/connector.ts';
import { createLogger } from '../src/log.ts';
import { runTokenTasks } from '../src/ops/gateway-tokens/run-task.ts';
import { startTracing, type Tracing } from '../src/telemetry/start-tracing.ts';
import { activeTraceId, continueTrace } from '../src/telemetry/tracing.ts';
import { runBackgroundTasks } from './harness/background-tasks.ts';
import { changeConnector, withNewCustomer } from './harness/gateway.ts';
import { addMerchantAccount, pendingTasks, workOnce } from './harness/gateway-tokens.ts';
import { query } from './harness/look-inside.ts';
import { createRecord, enterCard, mastercard, replaceInstrument, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { startTraceCollector, type TraceCollector } from './harness/trace-collector.ts';
import { assertConnected, datadog, decimal, newId, newParent, type Parent, w3c } from './harness/trace-parents.ts';

let collector: TraceCollector;
let tracing: Tracing;
let server: TestServer;
let acme: TestTenant;
let second: string;
let secondFails = false;
let brokenGateway = false;

before(async () => {
  collector = await startTraceCollector();
  tracing = await startTracing(readConfig(collector.environment).tracing, createLogger('silent'));
  server = await startTestServer();
  const shop = await server.tenant('acme');
  second = await addMerchantAccount(server, shop, 'Second');
  acme = await withNewCustomer(server, shop);
  changeConnector(server, (simulated) => ({
    async tokenize(account, instrument, signal) {
      if (secondFails && account.merchantAccountId === second) throw new ConnectorError('down');
      return simulated.tokenize(account, instrument, signal);
    },
    async retireToken(account, token, signal) {
      if (brokenGateway) throw new TypeError('a bug');
      return simulated.retireToken(account, token, signal);
    },
  }));
});

after(async () => {
  await tracing.stop();
  await server.stop();
  await collector.stop();
});

const postInstrument = 'POST /v1/customers/:customerId/account/payment-instrument';

/** A new card in place of the one before, with the second gateway down, so that two tasks are left behind. */
async function replaceCard(headers: Record<string, string>) {
  await replaceInstrument(server, acme, await enterCard(server, acme, visa));
  await workOnce(server, acme);
  secondFails = true;
  const token = await enterCard(server, acme, mastercard);
  secondFails = false;
  const answer = await replaceInstrument(server, acme, token, { headers });
  assert.equal(answer.status, 200);
  assert.deepEqual(await workOnce(server, acme), ['over', 'over', 'over']);
  return { token, answer };
}

describe('a replacement of a payment instrument', () => {
  for (const [format, headersOf] of Object.entries({ traceparent: w3c, 'Datadog’s headers': datadog })) {
    it(`is one connected trace below the caller’s span, by ${format}: HTTP, SQL, background work, gateway`, async () => {
      const parent = newParent();
      const { answer } = await replaceCard(headersOf(parent));
      const spans = await collector.trace(`${parent.upper}${parent.lower}`, [
        postInstrument,
        'gather record changes',
        'apply-record-changes',
        'token-task obtain',
        'connector tokenize',
        'token-task retire',
        'connector retireToken',
      ]);
      assertConnected(spans, parent.spanId);
      const [root, ...others] = spans.filter((span) => span.parentSpanId === parent.spanId);
      assert.deepEqual([root?.name, root?.kind, others.length], [postInstrument, 2, 0]);
      assert.deepEqual(root?.attributes, {
        'http.request.method': 'POST',
        'url.scheme': 'http',
        'network.protocol.version': '1.1',
        'http.response.status_code': 200,
        'http.route': '/v1/customers/:customerId/account/payment-instrument',
        'onfile.tenant.id': 'acme',
      });
      const traceId = decimal(parent.lower);
      assert.equal(answer.headers.get('x-trace-id'), traceId);
      assert.ok(server.log().includes(`"traceId":"${traceId}"`));
      const audit = await query<{ action: string }>(server, 'SELECT action FROM audit_entries WHERE trace_id = $1', [
        traceId,
      ]);
      const actions = new Set(audit.map(({ action }) => action));
      assert.ok(actions.has('stored_payment_method.token_added'), [...actions].join());
    });
  }

  it('leaves nothing of the card, the tokens, the keys or the ids in what is exported', async () => {
    const parent = newParent();
    const { token, answer } = await replaceCard(w3c(parent));
    await collector.trace(`${parent.upper}${parent.lower}`, [postInstrument, 'token-task obtain', 'token-task retire']);
    const exported = collector.bytes().toString('latin1');
    const secrets = {
      visa,
      mastercard,
      'payment request token': token,
      'API key': acme.apiKey,
      'access token': acme.accessToken,
      record: answer.body.storedPaymentMethodId,
      contact: acme.contactId,
      name: 'Ada Test',
      statement: 'SELECT',
    };
    for (const [name, secret] of Object.entries(secrets)) {
      assert.ok(secret.length > 5 && !exported.includes(secret), name);
    }
    // So that the above says something: what may be exported is.
    assert.ok(exported.includes('apply-record-changes'));
  });
});

describe('a trace', () => {
  it('follows traceparent where Datadog’s headers name another one, and neither where both are malformed', async () => {
    const [one, other] = [newParent(), newParent()];
    const both = await getMissing({ ...datadog(other), ...w3c(one) });
    assert.equal(both.traceId, decimal(one.lower));
    const malformed = { traceparent: '00-zz', 'x-datadog-trace-id': '-1', 'x-datadog-tags': '_dd.p.tid=zz' };
    const fresh = await getMissing(malformed);
    assert.match(fresh.traceId, /^\d{1,20}$/);
  });

  it('says by its error code why a request was refused, and is not failed by it', async () => {
    const parent = newParent();
    await getMissing(w3c(parent));
    const [span] = (await collector.trace(`${parent.upper}${parent.lower}`, [getRoute])).filter(
      ({ name }) => name === getRoute,
    );
    assert.equal(span?.attributes['error.type'], 'errormessage.record.not.found');
    assert.equal(span?.attributes['http.response.status_code'], 404);
    assert.equal(span?.isFailed, false);
  });

  it('that the caller does not sample is not exported, and its answers still have its id', async () => {
    for (const headersOf of [(one: Parent) => w3c(one, '00'), (one: Parent) => datadog(one, '0')]) {
      const parent = newParent();
      const { traceId } = await getMissing(headersOf(parent));
      assert.equal(traceId, decimal(parent.lower));
      const later = newParent();
      await getMissing(w3c(later));
      await collector.trace(`${later.upper}${later.lower}`, [getRoute]);
      assert.ok(!collector.bytes().includes(`${parent.upper}${parent.lower}`));
    }
  });

  it('with a card number in its headers is not followed, and the number is exported nowhere', async () => {
    const canaries: Record<string, string>[] = [
      { traceparent: `00-0000000000000000${visa}-${newId()}-01` },
      { traceparent: `00-${newId()}${newId()}-${visa}-01` },
      { traceparent: `00-${newId()}${newId()}-${newId()}-01`, tracestate: `shop=${visa}` },
      { 'x-datadog-trace-id': visa, 'x-datadog-parent-id': '7' },
      { 'x-datadog-trace-id': '77', 'x-datadog-parent-id': '7', 'x-datadog-tags': `_dd.p.tid=${visa}` },
    ];
    for (const headers of canaries) assert.notEqual((await getMissing(headers)).traceId, visa);
    const later = newParent();
    await getMissing(w3c(later));
    await collector.trace(`${later.upper}${later.lower}`, [getRoute]);
    assert.ok(!collector.bytes().includes(visa));
  });

  it('shows each caller’s wait for a statement that serves several, and the statement is linked with all', async () => {
    const { id } = await createRecord(server, acme);
    const parents = Array.from({ length: 5 }, newParent);
    await Promise.all(
      parents.map((parent) =>
        continueTrace(w3c(parent).traceparent, 'caller', { kind: 'server' }, () =>
          server.services.readRecord('acme', id),
        ),
      ),
    );
    const traces = await Promise.all(
      parents.map(async (parent) => {
        const spans = await collector.trace(`${parent.upper}${parent.lower}`, ['caller', 'gather record reads']);
        assertConnected(spans, parent.spanId);
        return spans;
      }),
    );
    const spans = traces.flat();
    const statements = spans.filter(({ name }) => name === 'read-records');
    const [first, ...waits] = spans.filter(({ name }) => name === 'gather record reads');
    assert.deepEqual([statements.length, waits.length], [1, 4]);
    assert.equal(statements[0]?.parentSpanId, first?.spanId);
    assert.deepEqual(
      statements[0]?.links.map((link) => link.spanId),
      waits.map((wait) => wait.spanId),
    );
    for (const wait of waits) assert.equal(wait.links[0]?.spanId, first?.spanId);
  });
});

describe('work that a request left behind', () => {
  it('that takes long is in the trace of the request that ordered it', async () => {
    const parent = newParent();
    const { status } = await server.call('POST', '/recalculations/acme', {
      headers: { authorization: `Bearer ${acme.accessToken}`, ...w3c(parent) },
      body: {},
    });
    assert.equal(status, 202);
    // It waits a moment for more of its kind.
    server.clock.advance(3_000);
    await runBackgroundTasks(server, 'acme');
    const names = ['POST /recalculations/:tenantId', 'background-task recalculation', 'end-background-task'];
    const spans = await collector.trace(`${parent.upper}${parent.lower}`, names);
    assertConnected(spans, parent.spanId);
  });

  it('that fails is told of under the trace of the request, and its span says of what kind the failure was', async () => {
    const parent = newParent();
    await replaceInstrument(server, acme, await enterCard(server, acme, visa));
    await workOnce(server, acme);
    await replaceInstrument(server, acme, await enterCard(server, acme, mastercard), { headers: w3c(parent) });
    brokenGateway = true;
    const told: (string | null)[] = [];
    const taskIds = await pendingTasks(server, acme);
    await runTokenTasks(server.services, 'acme', taskIds, () => told.push(activeTraceId()));
    brokenGateway = false;
    assert.deepEqual(new Set(told), new Set([decimal(parent.lower)]));
    const spans = await collector.trace(`${parent.upper}${parent.lower}`, ['token-task retire']);
    const [task] = spans.filter(({ name }) => name === 'token-task retire');
    assert.deepEqual([task?.isFailed, task?.attributes['error.type']], [true, 'TypeError']);
    assert.ok(!collector.bytes().includes('a bug'));
  });
});

const getRoute = 'GET /storedPaymentMethods/:tenantId/:id';

/** Asks for a record that does not exist, and answers the error body. */
async function getMissing(headers: Record<string, string>): Promise<{ traceId: string }> {
  const { status, body } = await server.call('GET', '/storedPaymentMethods/acme/missing', {
    headers: { authorization: `Bearer ${acme.accessToken}`, ...headers },
  });
  assert.equal(status, 404);
  return body;
}
