import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { pickAgain } from './harness/both-dialects.ts';
import { assertOk, callGateway, readInstrument, readSession, withNewCustomer } from './harness/gateway.ts';
import { bill, enter, entries, submitEntry, tenantWithEveryChoice } from './harness/instruments.ts';
import { eventsOf } from './harness/look-inside.ts';
import { beginRequest, getRecord, putRecord, replaceInstrument, startSession, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let club: TestTenant;

before(async () => {
  server = await startTestServer();
  club = await tenantWithEveryChoice(server, 'club', { country: 'DE', currency: 'EUR' });
});

after(() => server.stop());

const offline = [
  ['CASH', 'cash'],
  ['BANK_TRANSFER', 'bankTransfer'],
] as const;

describe('a choice that nothing is kept on file for', () => {
  for (const [choice, field] of offline) {
    it(`is ${choice}, from session to the account, and every choice of it is a version of the account`, async () => {
      const ada = await withNewCustomer(server, club);
      const { token, answer } = await submitEntry(server, ada, entries[choice]);
      assert.deepEqual(answer.body, { status: 'PREAUTHED', paymentInstrumentDetails: { [field]: {} } });
      const replaced = await replaceInstrument(server, ada, token);
      assertOk(replaced);
      const billed = { paymentChoice: choice, accountVersion: 1, details: { [field]: {} } };
      assert.deepEqual(replaced.body, billed);
      const shown = await readInstrument(server, ada);
      assert.deepEqual(shown.body, billed);
      assert.equal(replaced.headers.get('etag'), shown.headers.get('etag'));
      assert.equal((await bill(server, ada, entries[choice])).accountVersion, 2);
      assert.notEqual((await readInstrument(server, ada)).headers.get('etag'), shown.headers.get('etag'));
      const session = await startSession(server, ada);
      assert.deepEqual((await readSession(server, session)).body.existingPaymentInstruments, []);
      assert.deepEqual(
        (await eventsOf(server, 'club', String(ada.customerId))).slice(-1).map(({ payload }) => payload),
        [{ customer_id: ada.customerId, payment_choice: choice, earlier_stored_payment_method_id: null }],
      );
    });
  }

  it('takes no field, and no object of another choice', async () => {
    const session = await startSession(server, club);
    const token = await beginRequest(server, session);
    const submit = (body: object) => callGateway(server, session, 'POST', `/payments/${token}`, { body });
    const withField = { paymentMethod: 'CASH', cash: { note: visa } };
    assertRefused(await submit(withField), 400, 'validation.unknown.field', 'cash.note');
    assertRefused(await submit({ ...entries.CASH, bankTransfer: {} }), 400, 'validation.exclusive', 'bankTransfer');
    assert.equal((await submit({ paymentMethod: 'CASH', cash: null })).body.status, 'PREAUTHED');
  });

  it('that was chosen in a session says so when its token comes again', async () => {
    const ada = await withNewCustomer(server, club);
    const token = await enter(server, ada, entries.CASH);
    assertOk(await replaceInstrument(server, ada, token));
    const again = await replaceInstrument(server, ada, token);
    assertRefused(again, 409, 'payment.request.already.used', 'paymentRequestToken');
    assert.match(again.body.errorMessage, /It led to a way of paying that nothing is kept on file for;/);
    assert.deepEqual(again.body.typedArgs.slice(1), [
      { type: 'STRING', value: { value: '' } },
      { type: 'INTEGER', value: { value: 0 } },
    ]);
  });
});

describe('an account that leaves its record for cash', () => {
  it('keeps the record on file as it was, and can pick it again', async () => {
    const ada = await withNewCustomer(server, club);
    const { match: _, ...debited } = await bill(server, ada, entries.SEPA);
    const { body: record } = await getRecord(server, ada, debited.storedPaymentMethodId);
    const stale = (await readInstrument(server, ada)).headers.get('etag') ?? '';
    assert.deepEqual(await bill(server, ada, entries.CASH), {
      paymentChoice: 'CASH',
      accountVersion: 2,
      details: { cash: {} },
    });
    assert.deepEqual((await getRecord(server, ada, debited.storedPaymentMethodId)).body, record);

    const token = await enter(server, ada, entries.BANK_TRANSFER);
    const headers = { 'if-match': stale };
    const answer = await replaceInstrument(server, ada, token, { headers });
    assertRefused(answer, 412, 'record.precondition.failed', 'If-Match');
    const current = { 'if-match': answer.headers.get('etag') ?? '' };
    const transferred = await replaceInstrument(server, ada, token, { headers: current });
    assertOk(transferred);
    assert.deepEqual([transferred.body.paymentChoice, transferred.body.accountVersion], ['BANK_TRANSFER', 3]);

    const again = await pickAgain(server, ada, debited);
    assert.deepEqual(again.body, { ...debited, accountVersion: 4, sysVersion: 2, match: 'SAME_METHOD' });
    assertOk(await putRecord(server, ada, (await getRecord(server, ada, debited.storedPaymentMethodId)).body));
  });

  it('may have the record deleted then, and not before', async () => {
    const ada = await withNewCustomer(server, club);
    const { storedPaymentMethodId: id } = await bill(server, ada, entries.SEPA);
    const remove = () =>
      server.call('DELETE', `/storedPaymentMethods/club/${id}`, {
        headers: { authorization: `Bearer ${ada.accessToken}` },
      });
    assertRefused(await remove(), 409, 'record.in.use');
    await bill(server, ada, entries.CASH);
    assertOk(await remove());
    assert.equal((await readInstrument(server, ada)).body.paymentChoice, 'CASH');
    const entered = await bill(server, ada, entries.SEPA);
    assert.deepEqual([entered.match, entered.sysVersion], ['NEW_METHOD', 1]);
    assert.notEqual(entered.storedPaymentMethodId, id);
  });

  it('cannot while the record is locked', async () => {
    const ada = await withNewCustomer(server, club);
    const { storedPaymentMethodId: id } = await bill(server, ada, entries.SEPA);
    const { body: record } = await getRecord(server, ada, id);
    assertOk(await putRecord(server, ada, { ...record, sys_locked: true }));
    const token = await enter(server, ada, entries.CASH);
    assertRefused(await replaceInstrument(server, ada, token), 409, 'record.locked');
    assert.equal((await readInstrument(server, ada)).body.paymentChoice, 'SEPA');
  });

  it('wins or loses against an entered account as a whole, and the loser’s token is still good', async () => {
    for (let round = 0; round < 5; round += 1) {
      const ada = await withNewCustomer(server, club);
      await bill(server, ada, entries.CREDIT_CARD);
      const tokens = [await enter(server, ada, entries.CASH), await enter(server, ada, entries.SEPA)];
      const answers = await Promise.all(tokens.map((token) => replaceInstrument(server, ada, token)));
      const [winner] = answers.filter(({ status }) => status === 200);
      const lost = answers.findIndex(({ status }) => status !== 200);
      const shown = (await readInstrument(server, ada)).body;
      if (lost < 0) {
        assert.equal(shown.accountVersion, 3);
        continue;
      }
      assertRefused(answers[lost] ?? assert.fail(), 409, 'concurrent.modification');
      const { match: _, ...billed } = winner?.body ?? {};
      assert.deepEqual(shown, billed);
      assert.equal(shown.accountVersion, 2);
      assertOk(await replaceInstrument(server, ada, tokens[lost] ?? ''));
    }
  });
});
