import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertOk, numbersOf, readInstrument, versionsOf, withNewCustomer } from './harness/gateway.ts';
import { auditOf, eventsOf } from './harness/look-inside.ts';
import {
  createRecord,
  enterCard,
  getRecord,
  mastercard,
  putRecord,
  replaceInstrument,
  visa,
} from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const racers = 200;
const numbers = [visa, mastercard, '4012888888881881', '378282246310005', '6011111111111117'];

/** Enters so many cards, a few at a time; answers their tokens. */
async function enterCards(tenant: TestTenant, count: number): Promise<string[]> {
  const tokens: string[] = [];
  while (tokens.length < count) {
    const batch = numbers.slice(0, count - tokens.length).map((number) => enterCard(server, tenant, number));
    tokens.push(...(await Promise.all(batch)));
  }
  return tokens;
}

const codesOf = (answers: readonly Answer[]): Set<string> =>
  new Set(answers.map(({ status, body }) => `${status} ${body.errorCode ?? ''}`));

describe('200 replacements of one customer’s instrument at once', () => {
  it('have one winner a version, and every loser wins with its own token later', { timeout: 180_000 }, async () => {
    const ada = await withNewCustomer(server, acme);
    const tokens = await enterCards(ada, racers);
    const answers = await Promise.all(tokens.map((token) => replaceInstrument(server, ada, token)));
    const won = answers.filter((answer) => answer.status === 200);
    assert.ok(won.length > 0 && won.length < racers, `${won.length} of ${racers} won`);
    const losers = answers.filter((answer) => answer.status !== 200);
    assert.deepEqual([...codesOf(losers)], ['409 errormessage.concurrent.modification']);
    for (const [n, token] of tokens.entries()) {
      if (answers[n]?.status === 200) continue;
      const later = await replaceInstrument(server, ada, token);
      assertOk(later);
      won.push(later);
    }

    const versions = await versionsOf(server, ada.customerId);
    for (const { versions: count, highest } of versions) assert.equal(count, highest);
    assert.equal(
      versions.reduce((sum, { versions: count }) => sum + count, 0),
      racers,
    );
    const wins = won.map(({ body }) => `${body.storedPaymentMethodId} ${body.sysVersion}`);
    assert.equal(new Set(wins).size, racers);

    for (const { id, highest } of versions) {
      for (const trail of [await auditOf(server, 'acme', id), await eventsOf(server, 'acme', id)]) {
        assert.deepEqual(
          trail.map(({ version }) => version),
          Array.from({ length: highest }, (_, n) => n + 1),
        );
      }
    }
    const held = (await numbersOf(server, ada.customerId)).filter((number) => number.destroy_after === null);
    assert.deepEqual(
      held.map((number) => number.record_id),
      versions.map(({ id }) => id),
    );
    const { body: current } = await readInstrument(server, ada);
    const last = versions.find(({ id }) => id === current.storedPaymentMethodId);
    assert.equal(current.sysVersion, last?.highest);
  });
});

describe('one token posted 200 times at once', () => {
  it('is used once, and every other post learns what it led to', { timeout: 60_000 }, async () => {
    const ada = await withNewCustomer(server, acme);
    const token = await enterCard(server, ada);
    const answers = await Promise.all(Array.from({ length: racers }, () => replaceInstrument(server, ada, token)));
    const [winner, ...more] = answers.filter((answer) => answer.status === 200);
    assert.deepEqual(more, []);
    const losers = answers.filter((answer) => answer.status !== 200);
    assert.deepEqual([...codesOf(losers)], ['409 errormessage.payment.request.already.used']);
    for (const { body } of losers) {
      assert.deepEqual(body.typedArgs.slice(1), [
        { type: 'STRING', value: { value: winner?.body.storedPaymentMethodId } },
        { type: 'INTEGER', value: { value: 1 } },
      ]);
    }
    assert.deepEqual(
      (await versionsOf(server, ada.customerId)).map(({ versions }) => versions),
      [1],
    );
  });
});

describe('an instrument that is replaced by both dialects at once', () => {
  it('gets a version from each that was told yes, and nobody’s change is lost', { timeout: 60_000 }, async () => {
    const ada = await withNewCustomer(server, acme);
    const first = await replaceInstrument(server, ada, await enterCard(server, ada, visa));
    const id = first.body.storedPaymentMethodId;
    const tokens = await enterCards(ada, 20);
    const { body: record } = await getRecord(server, ada, id);
    const { sys_version: _, sys_last_modified_at: at, ...rest } = record;
    const renamed = tokens.map((__, n) =>
      putRecord(server, ada, { ...rest, sys_last_modified_at: at, name: `Name ${n}` }),
    );
    const replaced = tokens.map((token) => replaceInstrument(server, ada, token));
    const answers = await Promise.all([...renamed, ...replaced]);
    for (const { status } of answers) assert.ok(status === 200 || status === 409, String(status));
    const wins = answers.filter(({ status }) => status === 200).length;
    const versions = await versionsOf(server, ada.customerId);
    assert.equal(
      versions.reduce((sum, { versions: count }) => sum + count, 0),
      wins + 1,
    );
    for (const { versions: count, highest } of versions) assert.equal(count, highest);
  });
});

describe('first instruments and replacements of many customers at once', () => {
  it('all succeed', { timeout: 60_000 }, async () => {
    const customers = await Promise.all(Array.from({ length: 20 }, () => withNewCustomer(server, acme)));
    const half = customers.slice(0, 10);
    await Promise.all(half.map((tenant) => createRecord(server, tenant)));
    for (const number of [visa, mastercard]) {
      const tokens = await Promise.all(customers.map((tenant) => enterCard(server, tenant, number)));
      const answers = await Promise.all(customers.map((tenant, n) => replaceInstrument(server, tenant, tokens[n])));
      for (const answer of answers) assertOk(answer);
    }
  });
});
