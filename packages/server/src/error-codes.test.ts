import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { errorStatuses } from './error-codes.ts';

/** Every code that callers were ever promised, with its status. */
const promised: Record<string, number> = JSON.parse(
  await readFile(join(import.meta.dirname, '../../../docs/error-codes.json'), 'utf8'),
);
const statuses: Record<string, number> = errorStatuses;

it('no error code that callers decide by vanishes, and none changes its status', () => {
  for (const [code, status] of Object.entries(promised)) {
    assert.equal(statuses[code], status, `callers decide by ${code} and its status ${status}: keep both`);
  }
});

it('every error code is promised to callers', () => {
  const added = Object.entries(statuses).filter(([code]) => promised[code] === undefined);
  const lines = added.map(([code, status]) => `  "${code}": ${status}`).join(',\n');
  assert.deepEqual(added, [], `a code is for good once it is released: add it to docs/error-codes.json\n${lines}`);
});

it('the list of promised codes is in order, so that two that are added at once do not collide', () => {
  assert.deepEqual(Object.keys(promised), Object.keys(promised).toSorted());
});
