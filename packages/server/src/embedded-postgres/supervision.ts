import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirectoryInUse, type Ownership } from './ownership.ts';
import { stopPostmaster } from './postmaster.ts';
import { isPostmaster } from './postmaster-file.ts';

export type Supervised = { stop: () => Promise<void>; exited: Promise<void> };

const restartMilliseconds = 60_000;

/**
 * Watches a postmaster through the connection that owns it, since one that was adopted is not our child. `exited`
 * resolves when it ended, or ownership was lost for good, without `stop()` having been called.
 */
export function supervise(
  pid: number,
  clusterDirectory: string,
  first: Ownership,
  retake: () => Promise<Ownership | null>,
): Supervised {
  let stopping: Promise<void> | undefined;
  let ownership = first;

  async function watch(): Promise<void> {
    for (;;) {
      // Watching is no reason for a process to stay that has nothing else to do.
      ownership.socket.unref();
      await ownership.lost;
      const regained = stopping === undefined ? await regain() : null;
      // Asked to stop: `exited` stays open for good.
      if (stopping !== undefined) return new Promise(() => {});
      if (regained === null) return;
      ownership = regained;
    }
  }

  /** When one backend crashes PostgreSQL ends every connection, recovers, and goes on under the same postmaster. */
  async function regain(): Promise<Ownership | null> {
    const deadline = Date.now() + restartMilliseconds;
    while (Date.now() < deadline && (await isPostmaster(pid, clusterDirectory))) {
      const taken = await retake().catch((error: unknown) => (error instanceof DataDirectoryInUse ? error : null));
      if (taken instanceof DataDirectoryInUse) return null;
      if (taken !== null) return taken;
      await sleep(50);
    }
    return null;
  }

  async function end(): Promise<void> {
    // The connection goes down with the server: closed earlier, another start could take it over in between.
    await stopPostmaster(pid, clusterDirectory);
    await ownership.client.end().catch(() => {});
  }

  return {
    stop: () => {
      stopping ??= end();
      return stopping;
    },
    exited: watch(),
  };
}
