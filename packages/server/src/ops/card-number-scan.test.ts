import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OnfileError } from '../errors.ts';
import { refuseCardNumbers } from './card-number-scan.ts';

const refusedAt = (value: unknown): string | undefined => {
  try {
    refuseCardNumbers(value);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof OnfileError && error.code === 'errormessage.card.number.found');
    return error.reference;
  }
};

describe('a card number in what people fill in', () => {
  it('is found at any depth, in text, in numbers with and without a fraction, and in names of fields', () => {
    assert.equal(refusedAt({ a: [{ b: 'card 4242 4242 4242 4242' }] }), 'a[0].b');
    assert.equal(refusedAt({ a: 4242424242424242 }), 'a');
    assert.equal(refusedAt({ a: 4242424242424242.5 }), 'a');
    assert.equal(refusedAt({ a: { '4242424242424242': 1 } }), 'a');
  });

  it('is found in a list of its parts, and in a number too long to be exact', () => {
    assert.equal(refusedAt({ a: ['4242', '4242', '4242', '4242'] }), 'a');
    assert.equal(refusedAt({ a: [['4242', '424242424242']] }), 'a[0]');
    assert.equal(refusedAt({ a: [4242, 4242, 4242, 4242] }), undefined);
    assert.equal(refusedAt(JSON.parse('{"a":6205500000000000004}')), 'a');
    assert.equal(refusedAt(JSON.parse('{"a":9792030000000000}')), 'a');
  });

  it('is not seen in coordinates, times and ids', () => {
    const harmless = {
      latitude: 51.50735123456789,
      at: '2026-11-21T22:27:06.123Z',
      id: crypto.randomUUID(),
      n: 1e300,
    };
    assert.equal(refusedAt(harmless), undefined);
  });
});
