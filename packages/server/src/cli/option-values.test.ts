import assert from 'node:assert/strict';
import { it } from 'node:test';
import { InvalidArgumentError } from 'commander';
import { scopes } from '../contract/scopes.ts';
import {
  choicesOption,
  countOption,
  countOrNoneOption,
  creditorIdentifiersOption,
  daysOption,
  durationOption,
  failedAttemptsOption,
  instantOption,
  listOption,
  scopesOption,
} from './option-values.ts';

it('an instant is a date and time that exist, with a zone', () => {
  assert.equal(instantOption('2027-01-31T12:00:00Z').toISOString(), '2027-01-31T12:00:00.000Z');
  assert.equal(instantOption('2028-02-29T23:30-05:00').toISOString(), '2028-03-01T04:30:00.000Z');
  assert.equal(instantOption('2027-01-31T12:00:00.250+02:00').toISOString(), '2027-01-31T10:00:00.250Z');
  for (const text of [
    '',
    'tomorrow',
    '2027-01-31',
    '2027-01-31T12:00:00',
    '2027-02-30T00:00:00Z',
    '2027-13-01T00:00:00Z',
    '2027-01-01T25:00:00Z',
    '2027-01-01T00:00:00+99:99',
  ]) {
    assert.throws(() => instantOption(text), InvalidArgumentError, text);
  }
});

it('a count is a whole number, 1 or more', () => {
  assert.equal(countOption('1000'), 1000);
  for (const text of ['', '0', '-1', '1.5', '1e3', 'many', '9999999999']) {
    assert.throws(() => countOption(text), InvalidArgumentError, text);
  }
});

it('scopes are all, or what is named', () => {
  assert.deepEqual(scopesOption('all'), [...scopes]);
  assert.deepEqual(scopesOption('A, B'), ['A', 'B']);
});

it('a length of time is a number with its unit, or 0', () => {
  assert.deepEqual(
    ['0', '90s', '30m', '24h', '7d'].map(durationOption),
    [0, 90_000, 1_800_000, 86_400_000, 604_800_000],
  );
  for (const text of ['', '24', '1.5h', '-1h', '1w', 'h', '1h30m', ' 1h']) {
    assert.throws(() => durationOption(text), InvalidArgumentError, text);
  }
});

it('what can be switched off has a word for it', () => {
  assert.deepEqual([countOrNoneOption('none'), countOrNoneOption('5')], [null, 5]);
  assert.deepEqual([choicesOption('default'), choicesOption('CREDIT_CARD, SEPA')], [null, ['SEPA', 'CREDIT_CARD']]);
  assert.throws(() => choicesOption('CREDIT_CARD,BARTER'), InvalidArgumentError);
  assert.deepEqual(listOption('b', listOption('a')), ['a', 'b']);
  assert.deepEqual(listOption('none', ['a']), []);
});

it('days are counted from 0', () => {
  assert.equal(daysOption('0'), 0);
  for (const text of ['', '-1', '1.5', 'week']) assert.throws(() => daysOption(text), InvalidArgumentError, text);
});

it('creditor identifiers are named by scheme, one after the other', () => {
  const one = creditorIdentifiersOption('BACS=123456');
  assert.deepEqual(one, { BACS: '123456' });
  assert.deepEqual(creditorIdentifiersOption('SEPA_CORE=', one), { BACS: '123456', SEPA_CORE: '' });
  for (const text of ['', 'BACS', '=123456', 'bacs=123456', 'CARD=1', 'toString=1']) {
    assert.throws(() => creditorIdentifiersOption(text), InvalidArgumentError, text);
  }
});

it('limits on failed attempts are named one after the other', () => {
  const one = failedAttemptsOption('session=10');
  assert.deepEqual(failedAttemptsOption('address=0', one), { session: 10, address: 0 });
  for (const text of [
    '',
    'session',
    'session=',
    'session=-1',
    'session=1.5',
    'session=999999',
    'card=1',
    'toString=1',
  ]) {
    assert.throws(() => failedAttemptsOption(text), InvalidArgumentError, text);
  }
});
