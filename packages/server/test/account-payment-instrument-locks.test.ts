import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertOk, useCard, withNewCustomer } from './harness/gateway.ts';
import { query } from './harness/look-inside.ts';
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

const isLocked = async (tenant: TestTenant): Promise<boolean> => {
  const tried = query(server, 'SELECT 1 FROM customers WHERE customer_id = $1 FOR UPDATE NOWAIT', [tenant.customerId]);
  const lockNotAvailable = (error: { code?: string }) => error.code === '55P03';
  return tried.then(() => false, lockNotAvailable);
};

describe('changes of both dialects that share a statement', () => {
  it('lock the customer before the record, as all do, so that no two wait for each other', {
    timeout: 60_000,
  }, async () => {
    const [ada, grace, joan, mary] = await Promise.all([1, 2, 3, 4].map(() => withNewCustomer(server, acme)));
    assert.ok(ada && grace && joan && mary);
    const ids: string[] = [];
    for (const tenant of [ada, grace, joan, mary])
      ids.push((await useCard(server, tenant, visa)).storedPaymentMethodId);
    const [adasId = '', gracesId, joansId, marysId] = ids;
    const tokens: string[] = [];
    for (const tenant of [grace, joan, mary]) tokens.push(await enterCard(server, tenant, mastercard));
    const { body: adasRecord } = await getRecord(server, ada, adasId);
    const handedOver = changesHandedOver(4);
    const gracesLock = await lockRows(server, recordOf, [gracesId]);
    const [joansLock, marysLock] = [
      await lockRows(server, recordOf, [joansId]),
      await lockRows(server, recordOf, [marysId]),
    ];

    // Both lanes of the write path are made to wait, so that the next two changes are gathered in this order.
    const waiting = [replaceInstrument(server, joan, tokens[1])];
    await gracesLock.awaited(1);
    waiting.push(replaceInstrument(server, mary, tokens[2]));
    await gracesLock.awaited(2);
    waiting.push(putRecord(server, ada, { ...adasRecord, name: 'Renamed' }));
    await handedOver[2];
    waiting.push(replaceInstrument(server, grace, tokens[0]));
    await handedOver[3];
    await joansLock.release();
    assertOk(await (waiting[0] as Promise<Answer>));
    await gracesLock.awaited(2);
    assert.equal(await isLocked(grace), true);

    await gracesLock.release();
    await marysLock.release();
    for (const answer of await Promise.all(waiting)) assertOk(answer);
  });
});
