import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OnfileError } from '../../errors.ts';
import { checkValue } from './check-value.ts';
import { isUsablePattern, newPatternBudget } from './pattern.ts';

const check = (pattern: string, texts: string[]): void =>
  checkValue(
    { type: 'list', constraints: { pattern } },
    { custom_field_id: 'any__c', list_value: texts },
    'value',
    newPatternBudget(),
  );

describe('a pattern of a custom field', () => {
  it('is held against the whole text', () => {
    for (const [pattern, right, wrong] of [
      ['[A-Z]{2}\\d{4}', 'AB1234', 'AB12345'],
      ['a|ab', 'ab', 'abc'],
      ['(?i)true', 'TRUE', 'untrue'],
      ['[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '019aa6ef-0000-7000-8000-000000000000', '019aa6ef'],
      ['[\\w.+-]+@[\\w-]+(\\.[\\w-]+)+', 'ada@shop.example', 'ada@shop'],
      ['.{0,100}', 'any text', 'two\nlines'],
    ] as const) {
      assert.ok(isUsablePattern(pattern), pattern);
      check(pattern, [right]);
      assert.throws(() => check(pattern, [wrong]), OnfileError, pattern);
    }
  });

  it('cannot be one that needs more than linear time, or stands for a huge machine', () => {
    for (const pattern of ['(a)\\1', '(?=a)b', '(?<=a)b', '(', '(a{0,30}){0,30}', '.{0,1000}', 'a{1001}']) {
      assert.equal(isUsablePattern(pattern), false, pattern);
    }
  });

  it('that was made to be slow costs a moment at most, however much text there is', () => {
    const pattern = '(a|b)*a(a|b){60}';
    assert.ok(isUsablePattern(pattern));
    const text = Array.from({ length: 2000 }, (_, n) => ((n * 7919) % 13 < 6 ? 'a' : 'b')).join('');
    const began = performance.now();
    assert.throws(() => check(pattern, [...Array.from({ length: 500 }, () => text.slice(0, 100)), text]), OnfileError);
    assert.ok(performance.now() - began < 2000);
  });
});
