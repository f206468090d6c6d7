import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginPiece, parseBegin, parseEnd } from './contents.ts';

const begin = { onfile: '1.0.0', createdAt: '2026-01-31T00:00:00.000Z', migrations: [], tables: [] };
const bytesOf = (document: unknown) => Buffer.from(JSON.stringify(document));

test('a backup tells a newer form from damage', () => {
  assert.deepEqual(parseBegin(beginPiece(begin).bytes), { format: 1, ...begin });
  assert.throws(() => parseBegin(bytesOf({ format: 2, anything: true })), /is of a newer form than this Onfile knows/);
  const damaged = [{ ...begin, format: 1, tables: null }, { ...begin, format: 0 }, begin, null, []].map(bytesOf);
  for (const bytes of [...damaged, Buffer.from('{"format":1,'), Buffer.alloc(0)]) {
    assert.throws(() => parseBegin(bytes), /^Error: the beginning of the backup is damaged; take another one$/);
    assert.throws(() => parseEnd(bytes), /^Error: the end of the backup is damaged; take another one$/);
  }
});
