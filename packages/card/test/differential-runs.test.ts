import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differentialRuns } from './differential-runs.ts';

test('our rules are held against the kept libraries over 100,000 generated numbers at least', () => {
  const total = Object.values(differentialRuns).reduce((sum, runs) => sum + runs, 0);
  assert.ok(total >= 100_000, `${total} numbers`);
});
