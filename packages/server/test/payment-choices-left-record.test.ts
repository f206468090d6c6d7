import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { assertOk, readInstrument, withNewCustomer } from './harness/gateway.ts';
import { bill, enter, entries, tenantWithEveryChoice } from './harness/instruments.ts';
import { getRecord, putRecord, replaceInstrument } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let club: TestTenant;

before(async () => {
  server = await startTestServer();
  club = await tenantWithEveryChoice(server, 'club', { country: 'DE', currency: 'EUR' });
});

after(() => server.stop());

/** Lets something happen once, right after a record was read and before anything is written. */
function afterNextRead(happen: () => Promise<unknown>): void {
  const { services } = server;
  const readRecord = services.readRecord.bind(services);
  services.readRecord = async (...key) => {
    const found = await readRecord(...key);
    services.readRecord = readRecord;
    await happen();
    return found;
  };
}

describe('a record that an account is about to leave', () => {
  for (const choice of ['CASH', 'SEPA'] as const) {
    it(`for ${choice} holds it when it changed meanwhile, and the token stays good`, async () => {
      const ada = await withNewCustomer(server, club);
      const { storedPaymentMethodId: id } = await bill(server, ada, entries.CREDIT_CARD);
      const stale = { 'if-match': (await readInstrument(server, ada)).headers.get('etag') ?? '' };
      const { body: record } = await getRecord(server, ada, id);
      const token = await enter(server, ada, entries[choice]);
      afterNextRead(async () => assertOk(await putRecord(server, ada, { ...record, name: 'Renamed' })));
      const answer = await replaceInstrument(server, ada, token, { headers: stale });
      assertRefused(answer, 409, 'concurrent.modification');
      assert.equal((await readInstrument(server, ada)).body.storedPaymentMethodId, id);
      const again = await replaceInstrument(server, ada, token, { headers: stale });
      assertRefused(again, 412, 'record.precondition.failed', 'If-Match');
      assertOk(await replaceInstrument(server, ada, token));
    });

    it(`for ${choice} keeps it when it was locked meanwhile`, async () => {
      const ada = await withNewCustomer(server, club);
      const { storedPaymentMethodId: id } = await bill(server, ada, entries.CREDIT_CARD);
      const { body: record } = await getRecord(server, ada, id);
      const token = await enter(server, ada, entries[choice]);
      afterNextRead(async () => assertOk(await putRecord(server, ada, { ...record, sys_locked: true })));
      assertRefused(await replaceInstrument(server, ada, token), 409, 'concurrent.modification');
      assertRefused(await replaceInstrument(server, ada, token), 409, 'record.locked');
      assert.equal((await readInstrument(server, ada)).body.storedPaymentMethodId, id);
    });
  }
});
