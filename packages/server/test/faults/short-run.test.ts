import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockMoved } from './kinds/clock-moved.ts';
import { connectionsCut } from './kinds/connections-cut.ts';
import { databaseKilled } from './kinds/database-killed.ts';
import { serverKilled } from './kinds/server-killed.ts';
import { findingLines } from './report.ts';
import { runFaults } from './run-faults.ts';

// Who has started whom is read from /proc.
const skip = process.platform !== 'linux';

// All kinds, many times: npm run test:faults.
test('faults under load lose no acknowledged update, double none, and leave none half done', { skip }, async () => {
  const report = await runFaults({
    seed: 2,
    faults: 6,
    seconds: 12,
    taskSeconds: 0,
    kinds: [serverKilled, databaseKilled, connectionsCut, clockMoved],
  });
  assert.deepEqual(findingLines(report), []);
  assert.ok(report.outcomes.length > 0, 'no fault was done');
  assert.ok(report.chapters.every(({ acknowledged }) => acknowledged > 0));
});
