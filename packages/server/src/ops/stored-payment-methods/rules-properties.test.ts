import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { cardTypes, recordTypes, type StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { OnfileError } from '../../errors.ts';
import type { Directive } from './directives.ts';
import { canonicalExpiry, checkTokens, numberFields } from './rules.ts';

type Side = Pick<StoredPaymentMethod, 'type' | 'credit_card_type' | 'last_four_digits' | 'merchant_account_tokens'>;

const tokens = fc
  .uniqueArray(fc.constantFrom('shop', 'second', 'third'), { minLength: 1 })
  .chain((accounts) =>
    fc.tuple(
      ...accounts.map((merchant_account_id) =>
        fc.constantFrom('t1', 't2').map((token) => ({ merchant_account_id, token })),
      ),
    ),
  );
const side: fc.Arbitrary<Side> = fc.record({
  type: fc.constantFrom(...recordTypes),
  credit_card_type: fc.constantFrom(...cardTypes),
  last_four_digits: fc.constantFrom('4242', '4444'),
  merchant_account_tokens: tokens,
});
const given: fc.Arbitrary<ReadonlySet<Directive>> = fc
  .subarray<Directive>(['dry-run', 'allow-token-removal', 'skip-events'])
  .map((list) => new Set(list));

const outcome = (current: Side, next: Side, told: ReadonlySet<Directive>): string => {
  try {
    return checkTokens(current, next, told).numberChanged ? 'another number' : 'the same number';
  } catch (error) {
    return error instanceof OnfileError ? error.code : String(error);
  }
};

const tokenAt = (one: Side, account: string) =>
  one.merchant_account_tokens.find(({ merchant_account_id: id }) => id === account)?.token;

describe('any change of a record’s number and tokens', () => {
  it('keeps what derives from the number while a single token of it stays', () => {
    fc.assert(
      fc.property(side, side, given, (current, next, told) => {
        const result = outcome(current, next, told);
        const differs = numberFields.some((field) => current[field] !== next[field]);
        const keepsToken = current.merchant_account_tokens.some(
          ({ merchant_account_id: account, token }) => tokenAt(next, account) === token,
        );
        if (differs && keepsToken) assert.match(result, /^errormessage\./);
        if (result === 'another number') assert.ok(differs && !keepsToken);
        if (result === 'the same number') assert.ok(!differs);
      }),
    );
  });

  it('drops the token of a merchant account only on purpose', () => {
    fc.assert(
      fc.property(side, side, given, (current, next, told) => {
        const drops = current.merchant_account_tokens.some(
          ({ merchant_account_id: account }) => tokenAt(next, account) === undefined,
        );
        const refused = outcome(current, next, told) === 'errormessage.record.token.removal';
        assert.equal(refused, drops && !told.has('allow-token-removal'));
      }),
    );
  });

  it('is none when nothing changes', () => {
    fc.assert(fc.property(side, given, (one, told) => assert.equal(outcome(one, one, told), 'the same number')));
  });
});

describe('an expiry, however it is written', () => {
  it('is kept in one form, which stays as it is when it is sent back', () => {
    const month = fc.integer({ min: 1, max: 12 });
    const year = fc.integer({ min: 2000, max: 2049 });
    fc.assert(
      fc.property(month, year, (m, y) => {
        const [mm, yy] = [String(m).padStart(2, '0'), String(y).slice(2)];
        const forms = [`${mm}/${yy}`, `${m}/${y}`, `${mm}${yy}`, `${y}-${mm}`, `${y}-${mm}-15`, `${mm} / ${y}`];
        const kept = new Set(forms.map(canonicalExpiry));
        assert.equal(kept.size, 1, [...kept].join());
        for (const form of kept) {
          assert.equal(canonicalExpiry(form), form);
          assert.ok(form.startsWith(`${y}-${mm}-`));
        }
      }),
    );
  });

  it('is refused with 400 or kept as a day that exists', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d/. -]{3,10}$/)), (text) => {
        try {
          const kept = canonicalExpiry(text);
          assert.equal(new Date(`${kept}T00:00:00Z`).toISOString().slice(0, 10), kept);
        } catch (error) {
          assert.ok(error instanceof OnfileError && error.status === 400, String(error));
        }
      }),
    );
  });
});
