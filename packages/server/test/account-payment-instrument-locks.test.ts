import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { assertOk, useCard, withNewCustomer } from './harness/gateway.ts';
import { enterCard, getRecord, mastercard, putRecord, replaceInstrument, visa } from './harness/main-job.ts';
import { lockRows } from './harness/row-lock.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

/** One promise for each change: resolves when that one has been handed to the write path. */
function changesHandedOver(count: number): readonly Promise<void>[] {
  const { services } = server;
  const changeRecord = services.changeRecord.bind(services);
  const handedOver = Array.from({ length: count }, () => Promise.withResolvers<void>());
  let next = 0;
  services.changeRecord = (tenantId, change) => {
    const outcome = changeRecord(tenantId, change);
    handedOver[next++]?.resolve();
    return outcome;
  };
  return handedOver.map(({ promise }) => promise);
}

const recordOf = 'SELECT 1 FROM stored_payment_methods WHERE id = $1';

describe('changes of both dialects that share a statement', () => {
  it('take their locks in the order that every other statement takes', { timeout: 60_000 }, async () => {
    const [ada, grace, joan, mary] = await Promise.all([1, 2, 3, 4].map(() => withNewCustomer(server, acme)));
    assert.ok(ada && grace && joan && mary);
    const idOf = async (tenant: TestTenant): Promise<string> =>
      (await useCard(server, tenant, visa)).storedPaymentMethodId;
    const [adasId, contested, joansId, marysId] = [
      await idOf(ada),
      await idOf(grace),
      await idOf(joan),
      await idOf(mary),
    ];
    const tokens = [];
    for (const tenant of [joan, mary, grace, grace]) tokens.push(await enterCard(server, tenant, mastercard));
    const { body: adasRecord } = await getRecord(server, ada, adasId);
    const handedOver = changesHandedOver(5);
    const contestedLock = await lockRows(server, recordOf, [contested]);
    const [joansLock, marysLock] = [
      await lockRows(server, recordOf, [joansId]),
      await lockRows(server, recordOf, [marysId]),
    ];

    // Both lanes of the write path wait, so that what comes next is gathered: another record first, then the contested.
    const waiting = [replaceInstrument(server, joan, tokens[0])];
    await contestedLock.awaited(1);
    waiting.push(replaceInstrument(server, mary, tokens[1]));
    await contestedLock.awaited(2);
    waiting.push(putRecord(server, ada, { ...adasRecord, name: 'Renamed' }));
    await handedOver[2];
    waiting.push(replaceInstrument(server, grace, tokens[2]));
    await handedOver[3];
    await joansLock.release();
    await waiting[0];
    await contestedLock.awaited(2);
    // The other lane meets them there: it has the customer's row and waits for the record's.
    waiting.push(replaceInstrument(server, grace, tokens[3]));
    await handedOver[4];
    await marysLock.release();
    await waiting[1];
    await contestedLock.awaited(2);
    await contestedLock.release();

    const answers = await Promise.all(waiting);
    assert.deepEqual(answers.map(({ status }) => status).slice(0, 3), [200, 200, 200]);
    const [winner, loser] = answers.slice(3).toSorted((one, another) => one.status - another.status) as [
      Answer,
      Answer,
    ];
    assertOk(winner);
    assertRefused(loser, 409, 'concurrent.modification');
  });
});
