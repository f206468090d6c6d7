import { execFile } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from '../../src/system-error.ts';

const run = promisify(execFile);

/** A file system of its own that can be filled to the last byte. */
export type SmallVolume = {
  /** Takes all the space that is left, and answers what gives it back. */
  fill(): Promise<() => Promise<void>>;
  remove(): Promise<void>;
};

const blockBytes = 1 << 20;

/** Mounts one at the directory, in memory. Null where that is not allowed: it takes root. */
export async function mountSmallVolume(directory: string, megabytes: number): Promise<SmallVolume | null> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0711`, 'onfile-faults', directory]);
  } catch {
    return null;
  }
  const ballast = join(directory, 'ballast');
  return {
    async fill() {
      const file = await open(ballast, 'w', 0o600);
      try {
        for (let block = Buffer.alloc(blockBytes); block.length > 0; ) {
          // The last bytes are taken by smaller and smaller blocks.
          await file.write(block).catch((error: unknown) => {
            if (!hasCode(error, 'ENOSPC')) throw error;
            block = block.subarray(0, block.length >> 1);
          });
        }
      } finally {
        await file.close();
      }
      return () => rm(ballast, { force: true });
    },
    remove: async () => {
      await run('umount', [directory]);
    },
  };
}
