import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import {
  assertNoUnfinishedRestore,
  finishRestoreDirectory,
  prepareRestoreDirectory,
} from '../src/backup/restore-directory.ts';
import { temporaryDirectory } from './harness/backups.ts';

const newDirectory = async (t: TestContext): Promise<string> => join(await temporaryDirectory(t), 'data');
/** As a restore leaves it that was killed; the number is of a process that is no restore. */
async function leaveUnfinished(directory: string): Promise<void> {
  await mkdir(join(directory, 'files'), { recursive: true });
  await writeFile(join(directory, 'unfinished-restore'), '1 another-process\n');
}

describe('restores into one directory in the same moment', () => {
  for (const [state, prepare] of [
    ['that is not there yet', async () => {}],
    ['that a killed restore has left', leaveUnfinished],
  ] as const) {
    it(`${state}: one is done, the others are refused and touch nothing`, async (t) => {
      const directory = await newDirectory(t);
      await prepare(directory);
      const settled = await Promise.allSettled(Array.from({ length: 8 }, () => prepareRestoreDirectory(directory)));
      const turns = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const refusals = settled.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
      assert.equal(turns.length, 1);
      for (const refusal of refusals) assert.match(refusal, /another restore is at work on .*; let it come to its end/);
      await mkdir(join(directory, 'postgres'));
      await assert.rejects(prepareRestoreDirectory(directory), /another restore is at work/);
      await assert.rejects(assertNoUnfinishedRestore(directory), /did not come to its end/);
      const [turn] = turns;
      assert.ok(turn);
      await finishRestoreDirectory(directory, turn);
      assert.deepEqual(await readdir(directory), ['postgres']);
      await assertNoUnfinishedRestore(directory);
      await assert.rejects(prepareRestoreDirectory(directory), /is not empty; name a new directory/);
    });
  }

  it('leave no mark in a directory that is in use', async (t) => {
    const directory = await newDirectory(t);
    await mkdir(join(directory, 'postgres'), { recursive: true });
    await assert.rejects(prepareRestoreDirectory(directory), /is not empty/);
    assert.deepEqual(await readdir(directory), ['postgres']);
  });
});
