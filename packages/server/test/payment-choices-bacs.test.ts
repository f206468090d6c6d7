import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { assertInBothDialects } from './harness/both-dialects.ts';
import { callGateway, numbersOf, withNewCustomer } from './harness/gateway.ts';
import {
  bacsEntry,
  bill,
  enter,
  entries,
  submitEntry,
  tenantWithEveryChoice,
  ukAccount,
} from './harness/instruments.ts';
import { beginRequest, replaceInstrument, startSession, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let club: TestTenant;

before(async () => {
  server = await startTestServer();
  club = await tenantWithEveryChoice(server, 'club', { country: 'GB', currency: 'GBP' });
});

after(() => server.stop());

// Vocalink, "Validating account numbers", 3.1: the test cases that pass, and those that must not.
const passing = (
  '089999 66374958,107999 88837491,202959 63748472,871427 46238510,872427 46238510,871427 09123496,871427 99123496,' +
  '820000 73688637,827999 73988638,827101 28748352,134020 63849203,118765 64371389,200915 41011166,938611 07806039,' +
  '938600 42368003,938063 55065200,772798 99345694,086090 06774744,309070 02355688,309070 12345668,309070 12345677,' +
  '309070 99345694,074456 12345112,070116 34012583,074456 11104102,180002 00000190'
).split(',');
const failing = (
  '938063 15764273,938063 15764264,938063 15763217,118765 64371388,203099 66831036,203099 58716970,089999 66374959,' +
  '107999 88837493'
).split(',');

describe('Vocalink’s test cases', () => {
  it('are billed where they pass the modulus check', async () => {
    const ada = await withNewCustomer(server, club);
    for (const account of passing) {
      const { details } = await bill(server, ada, bacsEntry(account));
      const { bankLocationId, bankAccountNumber } = details.bacs;
      assert.deepEqual([bankLocationId, bankAccountNumber], [account.slice(0, 6), `****${account.slice(-4)}`]);
    }
  });

  it('are refused at the account number where they fail it, and no gateway is asked', async () => {
    const ada = await withNewCustomer(server, club);
    for (const account of failing) {
      const { answer } = await submitEntry(server, ada, bacsEntry(account));
      assertRefused(answer, 400, 'account.number.invalid', 'bacs.accountNumber');
    }
    assert.deepEqual(await numbersOf(server, ada.customerId), []);
  });
});

describe('a Bacs account', () => {
  it('goes from session to both dialects', async () => {
    const ada = await withNewCustomer(server, club);
    const token = await enter(server, ada, bacsEntry('20-00-00 55779911'));
    const replaced = await replaceInstrument(server, ada, token);
    const { mandate } = replaced.body;
    await assertInBothDialects(server, ada, replaced, {
      paymentChoice: 'BACS',
      details: {
        bacs: {
          accountHolder: 'Ada Test',
          bankAccountNumber: '****9911',
          bankLocationId: '200000',
          shopperEmail: 'ada@test.example',
          mandateId: mandate.reference,
        },
      },
      record: {
        type: 'electronic check',
        credit_card_type: 'other',
        last_four_digits: '9911',
        name: 'Bacs Direct Debit 9911',
        name_on_account: 'Ada Test',
      },
    });
  });

  it('is another one under the same number at another bank', async () => {
    const ada = await withNewCustomer(server, club);
    const first = await bill(server, ada, bacsEntry('309070 99345694'));
    const second = await bill(server, ada, bacsEntry('772798 99345694'));
    assert.deepEqual([first.match, second.match], ['NEW_METHOD', 'NEW_METHOD']);
    assert.equal((await bill(server, ada, bacsEntry('772798 99345694'))).match, 'SAME_METHOD');
  });

  it('that a publisher lets fail is declined', async () => {
    for (const account of ['108800 33333335', '108800 22222227']) {
      const { answer } = await submitEntry(server, club, bacsEntry(account));
      assert.deepEqual([answer.status, answer.body.status, answer.body.reason], [200, 'DECLINED', 'declined']);
    }
  });

  it('that cannot be right is 400 naming the field, and the request stays open', async () => {
    const session = await startSession(server, club);
    const token = await beginRequest(server, session);
    const submit = (body: object) => callGateway(server, session, 'POST', `/payments/${token}`, { body });
    const cases: [overrides: object, code: string, field: string][] = [
      [{ sortCode: undefined }, 'validation.required', 'sortCode'],
      [{ sortCode: null }, 'validation.type', 'sortCode'],
      [{ sortCode: '20000' }, 'sort.code.invalid', 'sortCode'],
      [{ sortCode: '20000O' }, 'sort.code.invalid', 'sortCode'],
      [{ accountNumber: 55779911 }, 'validation.type', 'accountNumber'],
      [{ accountNumber: '55779' }, 'account.number.invalid', 'accountNumber'],
      [{ accountNumber: '557799110' }, 'account.number.invalid', 'accountNumber'],
      [{ accountNumber: visa }, 'account.number.invalid', 'accountNumber'],
      [{ accountNumber: '12345678' }, 'account.number.invalid', 'accountNumber'],
      [{ sortCode: '232323' }, 'account.number.not.test', 'accountNumber'],
      [{ email: undefined }, 'validation.required', 'email'],
      [{ email: 'ada' }, 'validation.format', 'email'],
      [{ email: `${'a'.repeat(320)}@b.example` }, 'validation.length', 'email'],
      [{ email: `${visa}@test.example` }, 'card.number.found', 'email'],
      [{ accountHolder: visa }, 'card.number.found', 'accountHolder'],
      [{ mandateAccepted: false }, 'mandate.not.accepted', 'mandateAccepted'],
      [{ signature: 'Ada' }, 'validation.unknown.field', 'signature'],
    ];
    for (const [overrides, code, field] of cases) {
      assertRefused(await submit(bacsEntry(ukAccount, overrides)), 400, code, `bacs.${field}`);
    }
    assertRefused(await submit({ ...entries.BACS, ach: entries.ACH['ach'] }), 400, 'validation.exclusive', 'ach');
    assertRefused(await submit({ paymentMethod: 'BACS' }), 400, 'validation.required', 'bacs');
    assert.equal((await submit(entries.BACS)).body.status, 'PREAUTHED');
  });
});
