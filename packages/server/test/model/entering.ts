import assert from 'node:assert/strict';
import { assertOk, callGateway, readSession } from '../harness/gateway.ts';
import { frenchIban, germanIban, ibanEntry } from '../harness/instruments.ts';
import { beginRequest, cardEntry, mastercard, startSession, visa } from '../harness/main-job.ts';
import type { Place } from './deployment.ts';
import { detailsView } from './observed.ts';
import { isOffered } from './prepare.ts';
import { type Entry, type Json, latest, type Model, type PaymentRequest } from './state.ts';
import type { Entering } from './steps.ts';
import { resolve } from './symbols.ts';

type Entered = { entry: Entry; submission: Json };

/** What the customer does in the browser: answers the payment request and its token; null when nothing was offered. */
export async function enterInstrument(
  place: Place,
  model: Model,
  step: Entering,
): Promise<{ request: PaymentRequest; token: string } | null> {
  const { server, own } = place;
  const reusable = step.left !== 'for a purchase';
  const session = await startSession(server, own, reusable ? {} : { scope: 'ECOM' });
  const entered = step.what === 'picked' ? await picked(place, model, step, session) : enteredOf(step);
  if (!entered) return null;
  const token = await beginRequest(server, session);
  const concluded = step.left !== 'unsubmitted';
  if (concluded) {
    const answer = await callGateway(server, session, 'POST', `/payments/${token}`, { body: entered.submission });
    assertOk(answer);
    assert.equal(answer.body.status, 'PREAUTHED', JSON.stringify(answer.body));
  }
  return { request: { entry: entered.entry, concluded, reusable }, token };
}

const cards = {
  visa: { number: visa, fields: { credit_card_type: 'visa', last_four_digits: '4242' } },
  mastercard: { number: mastercard, fields: { credit_card_type: 'mastercard', last_four_digits: '4444' } },
};
const accounts = { 'german account': germanIban, 'french account': frenchIban };
const choices = { cash: 'CASH', 'bank transfer': 'BANK_TRANSFER' } as const;

function enteredOf({ what, holder, year, address }: Entering): Entered {
  const billingAddress = address ? { billingAddress: address } : {};
  switch (what) {
    case 'visa':
    case 'mastercard': {
      const { number, fields } = cards[what];
      const creditCard = cardEntry(number, { cardHolder: holder, expiryYear: year });
      return {
        entry: {
          kind: 'instrument',
          fields: { ...fields, type: 'credit card', expires: `${year}-12-31` },
          holder,
          address,
          number,
          debit: false,
        },
        submission: { paymentMethod: 'CREDIT_CARD', creditCard, ...billingAddress },
      };
    }
    case 'german account':
    case 'french account': {
      const number = accounts[what];
      const fields = { type: 'electronic check', credit_card_type: 'other', last_four_digits: number.slice(-4) };
      return {
        entry: { kind: 'instrument', fields, holder, address, number, debit: true },
        submission: { ...ibanEntry('SEPA', number, { accountHolder: holder }), ...billingAddress },
      };
    }
    case 'cash':
    case 'bank transfer': {
      const choice = choices[what];
      const field = choice === 'CASH' ? 'cash' : 'bankTransfer';
      return { entry: { kind: 'offline', choice }, submission: { paymentMethod: choice, [field]: {} } };
    }
    case 'picked':
      throw new Error('what is picked is not entered');
  }
}

/** One of the instruments that the session offers, after a look whether it offers those that it should. */
async function picked(place: Place, model: Model, step: Entering, session: string): Promise<Entered | null> {
  const idOf = (name: string): string => resolve(`{${name}}`, place.bindings);
  const names = Object.keys(model.records)
    .filter((name) => isOffered(model, name))
    .toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
  const { body } = await readSession(place.server, session);
  const offered: Json[] = body.existingPaymentInstruments;
  const expected = names.map((name) => {
    const record = model.records[name];
    return record && latest(record).content['last_four_digits'];
  });
  assert.deepEqual(
    offered.map(({ details }) => detailsView(details).lastFour),
    expected,
    'the session offers other instruments than those on file',
  );
  const n = step.offered % Math.max(names.length, 1);
  const [name, instrument] = [names[n], offered[n]];
  const record = name === undefined ? undefined : model.records[name];
  if (name === undefined || !record || !instrument) return null;
  return {
    entry: { kind: 'picked', record: name, version: record.versions.length },
    submission: {
      paymentMethod: instrument['paymentChoice'],
      paymentInstrumentToken: instrument['paymentInstrumentToken'],
    },
  };
}
