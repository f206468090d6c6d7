import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { containsCardNumber } from '../src/find-card-number.ts';
import { type Rate, ratesOfCardNumbers, ratesOfLookAlikes } from './detection-rates.ts';
import { seededRandom } from './seeded-random.ts';

/** Fourteen digits after a plus may be an Indonesian phone number, thirteen that of several countries. */
const leastFoundAfterPlus = 0.96;

/** At most so many in a hundred are refused; none at all of a class that is not named. The figures are in the note. */
const mostRefused: Readonly<Record<string, number>> = {
  'gateway tokens of 16 digits': 5,
  'order numbers with letters and dashes': 1,
  'numbers of 13 to 19 digits': 3,
  'phone numbers without a plus': 1,
  'phone numbers with an extension': 1,
  'UUIDs without dashes': 0.3,
  'hexadecimal ids': 0.3,
  'IPv6 addresses': 0.1,
  'lists of numbers of four digits': 8,
  'file names': 1,
};

const count = 4_000;
const share = ({ texts, seen }: Rate): number => seen / texts;

describe('a card number in free text', () => {
  let rates: Map<string, Rate>;
  before(() => {
    rates = ratesOfCardNumbers(containsCardNumber);
  });

  it('is found in every way of writing it, for every network and length', () => {
    const missed = [...rates].filter(([name, rate]) => !name.endsWith('after a plus') && share(rate) < 1);
    assert.deepEqual(missed, []);
    assert.ok([...rates.values()].every(({ texts }) => texts >= 60));
  });

  it('is found after a plus too, unless it may be a phone number', () => {
    const afterPlus = [...rates].filter(([name]) => name.endsWith('after a plus'));
    assert.equal(afterPlus.length, 2);
    for (const [name, rate] of afterPlus) assert.ok(share(rate) >= leastFoundAfterPlus, name);
  });
});

describe('what is no card number', () => {
  it('is let through: ids, phones, times, places, sums, addresses; a few in a hundred of what has the same form', () => {
    const rates = ratesOfLookAlikes(containsCardNumber, count);
    for (const name of Object.keys(mostRefused)) assert.ok(rates.has(name), name);
    const refused = [...rates].filter(([name, rate]) => 100 * share(rate) > (mostRefused[name] ?? 0));
    assert.deepEqual(refused, []);
  });

  it('is let through as a UUID, of which one in two thousand would pass for a number', () => {
    const random = seededRandom(9562);
    const draw = () => random.shape('ffffffff-ffff-4fff-afff-ffffffffffff');
    const uuids = Array.from({ length: 20_000 }, draw);
    assert.deepEqual(uuids.filter(containsCardNumber), []);
  });
});
