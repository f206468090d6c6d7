import assert from 'node:assert/strict';
import { it } from 'node:test';
import { withoutNulls } from './schema.ts';

it('a field that is null counts as absent, at every depth; everything else stays', () => {
  assert.deepEqual(withoutNulls({ a: null, b: { c: null, d: 0 }, e: [{ f: null }, '', false] }), {
    b: { d: 0 },
    e: [{}, '', false],
  });
  assert.deepEqual(withoutNulls({ list: [null, [null]] }), { list: [null, [null]] });
  assert.equal(withoutNulls(null), null);
});
