import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { swiftExampleIbans } from '../src/connectors/simulated/swift-example-ibans.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { assertInBothDialects } from './harness/both-dialects.ts';
import { callGateway, numbersOf, withNewCustomer } from './harness/gateway.ts';
import {
  bill,
  enter,
  frenchIban,
  germanIban,
  ibanEntry,
  submitEntry,
  swissIban,
  tenantWithEveryChoice,
} from './harness/instruments.ts';
import { beginRequest, getRecord, replaceInstrument, startSession, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let verein: TestTenant;

before(async () => {
  server = await startTestServer();
  verein = await tenantWithEveryChoice(server, 'verein', { country: 'DE', currency: 'EUR' });
});

after(() => server.stop());

/** European Payments Council, EPC409-09: the countries whose IBANs the scheme takes. */
const sepaCountries = new Set(
  (
    'AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS ' +
    'SE SI SK SM VA'
  ).split(' '),
);
/** Examples of the registry that Stripe publishes as ones that fail. */
const declinedByStripe = new Set(['BE68539007547034', 'ES9121000418450200051332', 'NL91ABNA0417164300']);
const registry = (swiftExampleIbans.iban ?? []).flatMap(({ accounts }) => accounts);
const isSepa = (iban: string): boolean => sepaCountries.has(iban.slice(0, 2));
const masked = (iban: string): string => `${iban.slice(0, 4)}${'*'.repeat(iban.length - 8)}${iban.slice(-4)}`;

describe('the examples of the SWIFT registry', () => {
  it('are billed by SEPA where it runs, each under its own last four characters', async () => {
    const ada = await withNewCustomer(server, verein);
    const examples = registry.filter((iban) => isSepa(iban) && !declinedByStripe.has(iban));
    assert.equal(examples.length, sepaCountries.size - declinedByStripe.size);
    for (const iban of examples) {
      const billed = await bill(server, ada, ibanEntry('SEPA', iban));
      assert.equal(billed.details.sepa.bankAccountDetails.iban, masked(iban));
      const { body: record } = await getRecord(server, ada, billed.storedPaymentMethodId);
      assert.deepEqual([record.last_four_digits, record.name], [iban.slice(-4), `SEPA Direct Debit ${iban.slice(-4)}`]);
    }
  });

  it('are refused elsewhere, and with a wrong check digit everywhere', async () => {
    const ada = await withNewCustomer(server, verein);
    const session = await startSession(server, ada);
    const token = await beginRequest(server, session);
    const submit = (iban: string) =>
      callGateway(server, session, 'POST', `/payments/${token}`, { body: ibanEntry('SEPA', iban) });
    for (const iban of registry) {
      if (!isSepa(iban)) assertRefused(await submit(iban), 400, 'iban.not.debitable', 'sepa.iban');
      const wrong = `${iban.slice(0, 3)}${(Number(iban[3]) + 1) % 10}${iban.slice(4)}`;
      assertRefused(await submit(wrong), 400, 'iban.invalid', 'sepa.iban');
    }
    assert.deepEqual(await numbersOf(server, ada.customerId), []);
  });

  it('that a publisher lets fail are declined, without a reason, and nothing of them is kept', async () => {
    const ada = await withNewCustomer(server, verein);
    for (const iban of declinedByStripe) {
      const { token, answer } = await submitEntry(server, ada, ibanEntry('SEPA', iban));
      assert.deepEqual([answer.status, answer.body.status, answer.body.reason], [200, 'DECLINED', 'declined']);
      const refused = await replaceInstrument(server, ada, token);
      assertRefused(refused, 409, 'payment.request.not.concluded', 'paymentRequestToken');
    }
    assert.deepEqual(await numbersOf(server, ada.customerId), []);
  });
});

const bankRecord = (name: string, lastFour: string) => ({
  type: 'electronic check',
  credit_card_type: 'other',
  last_four_digits: lastFour,
  name: `${name} ${lastFour}`,
  name_on_account: 'Ada Test',
});
const shownIban = (iban: string, rest: object = {}) => ({
  bankAccountDetails: { accountHolder: 'Ada Test', iban: masked(iban), ...rest },
});

describe('a direct debit from session to both dialects', () => {
  it('by SEPA, with the BIC that was entered', async () => {
    const ada = await withNewCustomer(server, verein);
    const token = await enter(server, ada, ibanEntry('SEPA', 'de89 3704 0044 0532 0130 00', { bic: 'cobadeffxxx' }));
    await assertInBothDialects(server, ada, await replaceInstrument(server, ada, token), {
      paymentChoice: 'SEPA',
      details: { sepa: shownIban(germanIban, { bic: 'COBADEFFXXX' }) },
      record: bankRecord('SEPA Direct Debit', '3000'),
    });
  });

  for (const [choice, field, name] of [
    ['CH_DD', 'chDD', 'CH-DD'],
    ['LSV', 'lsvDD', 'LSV+'],
  ] as const) {
    for (const iban of [swissIban, 'LI21088100002324013AA']) {
      it(`by ${choice} from ${iban.slice(0, 2)}`, async () => {
        const ada = await withNewCustomer(server, verein);
        const token = await enter(server, ada, ibanEntry(choice, iban));
        await assertInBothDialects(server, ada, await replaceInstrument(server, ada, token), {
          paymentChoice: choice,
          details: { [field]: shownIban(iban) },
          record: bankRecord(name, iban.slice(-4)),
        });
      });
    }
  }
});

type Case = [overrides: object, code: string, field: string];

const cases: readonly Case[] = [
  [{ iban: undefined }, 'validation.required', 'iban'],
  [{ iban: null }, 'validation.type', 'iban'],
  [{ iban: '' }, 'validation.required', 'iban'],
  [{ iban: 'x'.repeat(61) }, 'validation.length', 'iban'],
  [{ iban: 'DE8937040044053201300' }, 'iban.invalid', 'iban'],
  [{ iban: 'DE8937040044O532013000' }, 'iban.invalid', 'iban'],
  [{ iban: 'US89370400440532013000' }, 'iban.invalid', 'iban'],
  [{ iban: visa }, 'iban.invalid', 'iban'],
  [{ iban: 'DE12500105170648489890' }, 'account.number.not.test', 'iban'],
  [{ bic: 'BNPAFRPP' }, 'bic.invalid', 'bic'],
  [{ bic: 'COBADEF' }, 'bic.invalid', 'bic'],
  [{ bic: 'COBAZZFF' }, 'bic.invalid', 'bic'],
  [{ bic: '' }, 'validation.required', 'bic'],
  [{ bic: visa }, 'bic.invalid', 'bic'],
  [{ accountHolder: ' ' }, 'validation.required', 'accountHolder'],
  [{ accountHolder: `Ada ${visa}` }, 'card.number.found', 'accountHolder'],
  [{ mandateAccepted: undefined }, 'validation.required', 'mandateAccepted'],
  [{ mandateAccepted: null }, 'validation.type', 'mandateAccepted'],
  [{ mandateAccepted: 'true' }, 'validation.type', 'mandateAccepted'],
  [{ mandateAccepted: false }, 'mandate.not.accepted', 'mandateAccepted'],
  [{ signature: `Ada ${visa}` }, 'card.number.found', 'signature'],
  [{ signature: 'data:image/svg+xml;base64,PHN2Zy8+' }, 'mandate.signature.invalid', 'signature'],
  [{ signature: 'data:image/png;base64,AAAA' }, 'mandate.signature.invalid', 'signature'],
  [{ signature: 'x'.repeat(201) }, 'mandate.signature.invalid', 'signature'],
  [{ signature: 'x'.repeat(90_001) }, 'validation.length', 'signature'],
  [{ mandate: 'M1' }, 'validation.unknown.field', 'mandate'],
];

describe('a direct debit that cannot be right', () => {
  it('is 400 naming the field, and leaves the request open', async () => {
    const session = await startSession(server, verein);
    const token = await beginRequest(server, session);
    const submit = (body: object) => callGateway(server, session, 'POST', `/payments/${token}`, { body });
    for (const [overrides, code, field] of cases) {
      const answer = await submit(ibanEntry('SEPA', germanIban, overrides));
      assertRefused(answer, 400, code, `sepa.${field}`);
      const { traceId: _, ...told } = answer.body;
      assert.doesNotMatch(JSON.stringify(told), /3704|4242|Ada/);
    }
    assertRefused(await submit({ paymentMethod: 'SEPA' }), 400, 'validation.required', 'sepa');
    assertRefused(await submit({ paymentMethod: 'SEPA', sepa: null }), 400, 'validation.required', 'sepa');
    const other = { ...ibanEntry('SEPA', germanIban), chDD: ibanEntry('CH_DD', swissIban)['chDD'] };
    assertRefused(await submit(other), 400, 'validation.exclusive', 'chDD');
    const nulls = {
      ...ibanEntry('SEPA', germanIban, { bic: null, signature: null }),
      chDD: null,
      billingAddress: null,
    };
    assert.equal((await submit(nulls)).body.status, 'PREAUTHED');
  });

  it('at a Swiss bank is one by another country’s IBAN, or by one that takes QR bills only', async () => {
    const session = await startSession(server, verein);
    const token = await beginRequest(server, session);
    const submit = (body: object) => callGateway(server, session, 'POST', `/payments/${token}`, { body });
    for (const [choice, field] of [
      ['CH_DD', 'chDD'],
      ['LSV', 'lsvDD'],
    ] as const) {
      // SIX, Swiss Payment Standards: the example of a QR-IBAN.
      for (const iban of [germanIban, 'CH4431999123000889012']) {
        assertRefused(await submit(ibanEntry(choice, iban)), 400, 'iban.not.debitable', `${field}.iban`);
      }
      const answer = await submit(ibanEntry(choice, swissIban, { mandateAccepted: false }));
      assertRefused(answer, 400, 'mandate.not.accepted', `${field}.mandateAccepted`);
    }
    assert.equal((await submit(ibanEntry('LSV', swissIban))).body.status, 'PREAUTHED');
  });

  it('takes a BIC of a territory whose banks have IBANs of their country', async () => {
    const { answer } = await submitEntry(server, verein, ibanEntry('SEPA', frenchIban, { bic: 'BNPAREAA' }));
    assert.equal(answer.body.status, 'PREAUTHED');
  });
});
