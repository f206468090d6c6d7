import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tidyExpiry, typedExpiry } from './expiry-text.ts';

/** What stands in the field after these keys; `<` takes the last character away. */
const after = (keys: string): string =>
  keys
    .split('')
    .reduce((text, key) => (key === '<' ? typedExpiry(text.slice(0, -1), true) : typedExpiry(text + key, false)), '');

test('a month gets its slash, and one that is typed as well is passed over', () => {
  for (const keys of ['1234', '12/34', '12 / 34', '12-34', '12.34']) assert.equal(after(keys), '12 / 34', keys);
  assert.equal(after('122034'), '12 / 2034');
});

test('a form that begins with the year or a short month is left alone', () => {
  assert.equal(after('2034-12'), '2034-12');
  assert.equal(after('3/34'), '3/34');
});

test('the slash can be deleted', () => {
  assert.equal(after('12<'), '12');
  assert.equal(after('12<<'), '1');
  assert.equal(after('12<<<'), '');
});

test('a whole expiry is shown as cards show it, and anything else as it was typed', () => {
  assert.equal(tidyExpiry('2034-12'), '12 / 34');
  assert.equal(tidyExpiry('3/2034'), '03 / 34');
  assert.equal(tidyExpiry('13/34'), '13/34');
});
