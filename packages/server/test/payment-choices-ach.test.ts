import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { assertInBothDialects } from './harness/both-dialects.ts';
import { callGateway, numbersOf, withNewCustomer } from './harness/gateway.ts';
import {
  achEntry,
  bill,
  enter,
  entries,
  submitEntry,
  tenantWithEveryChoice,
  usAccount,
} from './harness/instruments.ts';
import { beginRequest, replaceInstrument, startSession, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let gym: TestTenant;

before(async () => {
  server = await startTestServer();
  gym = await tenantWithEveryChoice(server, 'gym', { country: 'US', currency: 'USD' });
});

after(() => server.stop());

const published = [
  '110000000 000123456789',
  '110000000 000777777771',
  '011000015 1000000000',
  '011000015 1000000001',
  '011000138 123456789',
  '026073150 2715500356',
];
const declined = [
  '110000000 000111111113',
  '110000000 000111111116',
  '110000000 000222222227',
  '110000000 000333333335',
  '110000000 000444444440',
  '110000000 000666666661',
  '011000015 1000000002',
  '011000015 1000000005',
];

describe('an ACH account', () => {
  it('goes from session to both dialects', async () => {
    const ada = await withNewCustomer(server, gym);
    const token = await enter(server, ada, achEntry('1100-0000-0 000123456789', { accountType: 'savings' }));
    await assertInBothDialects(server, ada, await replaceInstrument(server, ada, token), {
      paymentChoice: 'ACH',
      details: {
        ach: {
          accountHolder: 'Ada Test',
          accountNumber: '****6789',
          routingNumber: '110000000',
          accountType: 'savings',
        },
      },
      record: {
        type: 'electronic check',
        credit_card_type: 'other',
        last_four_digits: '6789',
        name: 'ACH Debit 6789',
        name_on_account: 'Ada Test',
      },
    });
  });

  it('of every publisher is billed, and the same one of another type has changed details', async () => {
    const ada = await withNewCustomer(server, gym);
    for (const account of published) {
      assert.equal((await bill(server, ada, achEntry(account))).match, 'NEW_METHOD', account);
      assert.equal((await bill(server, ada, achEntry(account))).match, 'SAME_METHOD', account);
      const other = await bill(server, ada, achEntry(account, { accountType: 'savings' }));
      assert.equal(other.match, 'CHANGED_DETAILS', account);
    }
  });

  it('that a publisher lets fail is declined, and not kept', async () => {
    const ada = await withNewCustomer(server, gym);
    for (const account of declined) {
      const { answer } = await submitEntry(server, ada, achEntry(account));
      assert.deepEqual([answer.status, answer.body.status, answer.body.reason], [200, 'DECLINED', 'declined'], account);
    }
    assert.deepEqual(await numbersOf(server, ada.customerId), []);
  });

  it('that cannot be right is 400 naming the field, and the request stays open', async () => {
    const session = await startSession(server, gym);
    const token = await beginRequest(server, session);
    const submit = (body: object) => callGateway(server, session, 'POST', `/payments/${token}`, { body });
    const cases: [overrides: object, code: string, field: string][] = [
      [{ routingNumber: undefined }, 'validation.required', 'routingNumber'],
      [{ routingNumber: null }, 'validation.type', 'routingNumber'],
      [{ routingNumber: '110000001' }, 'routing.number.invalid', 'routingNumber'],
      [{ routingNumber: '111000020' }, 'routing.number.invalid', 'routingNumber'],
      [{ routingNumber: '11000000' }, 'routing.number.invalid', 'routingNumber'],
      [{ routingNumber: '000000000' }, 'routing.number.invalid', 'routingNumber'],
      [{ routingNumber: '500000005' }, 'routing.number.invalid', 'routingNumber'],
      [{ routingNumber: visa }, 'routing.number.invalid', 'routingNumber'],
      // A bank that there is, by its published number, but no account of a publisher.
      [{ routingNumber: '111000025' }, 'account.number.not.test', 'accountNumber'],
      [{ accountNumber: '123' }, 'account.number.invalid', 'accountNumber'],
      [{ accountNumber: '123456789012345678' }, 'account.number.invalid', 'accountNumber'],
      [{ accountNumber: '12345678O' }, 'account.number.invalid', 'accountNumber'],
      [{ accountNumber: visa }, 'account.number.not.test', 'accountNumber'],
      [{ accountNumber: 123456789 }, 'validation.type', 'accountNumber'],
      [{ accountType: 'current' }, 'validation.allowed.values', 'accountType'],
      [{ accountType: undefined }, 'validation.required', 'accountType'],
      [{ accountHolder: `Ada ${visa}` }, 'card.number.found', 'accountHolder'],
      [{ mandateAccepted: false }, 'mandate.not.accepted', 'mandateAccepted'],
    ];
    for (const [overrides, code, field] of cases) {
      assertRefused(await submit(achEntry(usAccount, overrides)), 400, code, `ach.${field}`);
    }
    assertRefused(await submit({ ...entries.ACH, bacs: entries.BACS['bacs'] }), 400, 'validation.exclusive', 'bacs');
    assertRefused(await submit({ paymentMethod: 'ACH', ach: null }), 400, 'validation.required', 'ach');
    assert.equal((await submit(entries.ACH)).body.status, 'PREAUTHED');
  });
});
