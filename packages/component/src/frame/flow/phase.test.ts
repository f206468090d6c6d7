import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Session } from '../gateway-answers.ts';
import { type Entry, type FlowEvent, type FlowState, initialState, nextState } from './phase.ts';

const session: Session = {
  amount: 0,
  currency: 'GBP',
  permittedPaymentChoices: ['CASH', 'SEPA', 'CREDIT_CARD'],
  existingPaymentInstruments: [],
  requireDirectDebitSignature: false,
  tokenValidUntil: '2030-01-01T00:00:00Z',
};
const cash: Entry = { instrument: { paymentMethod: 'CASH', cash: {} } };
const challenge = { type: 'CHALLENGE', url: 'https://bank.example/' } as const;

const after = (...events: FlowEvent[]): FlowState => events.reduce(nextState, initialState);
const open: FlowEvent[] = [{ type: 'session-read', session }, { type: 'reopened' }];

describe('the customer’s way through the form', () => {
  it('begins with a card where cards are offered', () => {
    assert.equal(after(...open).picked, 'CREDIT_CARD');
    assert.equal(after(...open).phase.name, 'entering');
  });

  it('says so when nothing is offered', () => {
    const nothing = { ...session, permittedPaymentChoices: [] };
    assert.equal(after({ type: 'session-read', session: nothing }).phase.name, 'nothing-offered');
  });

  it('lets no other method be picked, and nothing be entered, while an entry is under way', () => {
    const submitting = after(...open, { type: 'submitted', entry: cash });
    assert.equal(nextState(submitting, { type: 'picked', picked: 'SEPA' }), submitting);
    assert.equal(nextState(submitting, { type: 'submitted', entry: cash }), submitting);
    assert.equal(nextState(submitting, { type: 'entered', entry: cash }), submitting);
  });

  it('keeps the bank’s page as it is when the bank is asked again', () => {
    const waiting = after(...open, { type: 'submitted', entry: cash }, { type: 'waiting', action: challenge });
    assert.equal(nextState(waiting, { type: 'waiting', action: { ...challenge } }), waiting);
  });

  it('counts each refusal of the bank, and forgets its words when another method is picked', () => {
    const declined: FlowEvent = { type: 'declined', notice: { key: 'upc.declined' } };
    const twice = after(...open, declined, { type: 'submitted', entry: cash }, declined);
    assert.equal(twice.declines, 2);
    assert.deepEqual(nextState(twice, { type: 'picked', picked: 'SEPA' }).phase, { name: 'entering' });
  });

  it('never leaves success, and nothing but success outlives the session', () => {
    const succeeded = after(...open, { type: 'succeeded' });
    assert.equal(nextState(succeeded, { type: 'session-over' }).phase.name, 'succeeded');
    assert.equal(nextState(succeeded, { type: 'disconnected', step: 'waiting' }).phase.name, 'succeeded');
    const over = after(...open, { type: 'session-over' });
    assert.equal(nextState(over, { type: 'reopened' }).phase.name, 'session-over');
  });
});
