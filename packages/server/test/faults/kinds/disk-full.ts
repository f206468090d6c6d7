import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DatabaseUnderTest } from '../database-under-test.ts';
import { descendantsOf } from '../processes.ts';
import type { Kind } from './kind.ts';

const run = promisify(execFile);
/** Less than a segment of PostgreSQL's log (16 MB), so that the log is the first to hit it. */
const fileBytes = 6 << 20;

/** Keeps PostgreSQL from writing any file beyond some size; works without root too. */
async function limitFiles(database: DatabaseUnderTest, limit: string): Promise<void> {
  const postmaster = await database.postmaster();
  if (postmaster === null) return;
  for (const pid of [postmaster, ...descendantsOf(postmaster)]) {
    await run('prlimit', ['--pid', String(pid), `--fsize=${limit}:`]).catch(() => undefined);
  }
}

/** New segments of the log are what takes space soonest. */
async function useUpLog(database: DatabaseUnderTest, ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    await database.query('SELECT pg_switch_wal()').catch(() => undefined);
    await delay(50);
  }
}

export const diskFull: Kind = {
  name: 'disk full',
  what: 'the volume of the database filled to the last byte, and a limit on the size of its files',
  weight: 2,
  fillsVolume: true,
  async inject({ rig: { database }, random }) {
    const ms = random.between(800, 2_500);
    if (database.volume && random.chance(0.7)) {
      const release = await database.volume.fill();
      await useUpLog(database, ms);
      return {
        variant: 'no space left on the volume',
        async end() {
          await release();
          await database.revive();
        },
      };
    }
    await limitFiles(database, String(fileBytes));
    await useUpLog(database, ms);
    return {
      variant: 'files may not grow',
      async end() {
        await limitFiles(database, 'unlimited');
        await database.revive();
      },
    };
  },
};
