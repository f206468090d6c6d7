import { DataDirectoryInUse, type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres/launcher.ts';

export type EmbeddedDatabase = Pick<EmbeddedPostgres, 'url' | 'migrationUrl' | 'stop'> & {
  /** Resolves with a sentence when it has ended by itself and cannot be brought back. */
  lost: Promise<string>;
};

/** More ends than this in `countedMs` are no accident, and starting again would only hide it. */
const mostEnds = 3;
const countedMs = 600_000;

/**
 * Starts the embedded database and starts it again, on the same port, when it ends by itself (killed, out of memory):
 * what was committed is there, and the pools that lost their connections find it where it was.
 */
export async function keepEmbeddedDatabase(options: {
  dataDir: string;
  connections: number;
  onProgress: (sentence: string) => void;
}): Promise<EmbeddedDatabase> {
  const { dataDir, onProgress } = options;
  const settings = { max_connections: String(options.connections) };
  const first = await startEmbeddedPostgres({ dataDir, settings, onProgress });
  const port = Number(new URL(first.url).port);
  let current = Promise.resolve(first);
  let stopping = false;
  const endedAt: number[] = [];

  /** Null when it is back, else why it is not. A start that fails counts as one more end. */
  async function bringBack(): Promise<string | null> {
    let failure = '';
    for (;;) {
      endedAt.push(Date.now());
      if (endedAt.filter((at) => at > Date.now() - countedMs).length > mostEnds) {
        return `the embedded database ended ${mostEnds + 1} times in a short while${failure}; ${dataDir}/postgres.log tells why`;
      }
      onProgress('the embedded database has ended by itself; starting it again');
      // Whoever stops meanwhile waits for the same start.
      current = startEmbeddedPostgres({ dataDir, port, settings, onProgress });
      const again = await current.catch((error: Error) => error);
      if (again instanceof DataDirectoryInUse) return again.message;
      if (!(again instanceof Error)) {
        return again.url === first.url ? null : 'another program has started the embedded database at another address';
      }
      if (stopping) return again.message;
      failure = ` (${again.message})`;
    }
  }
  async function keep(): Promise<string> {
    for (;;) {
      await (await current).exited;
      if (stopping) return new Promise(() => {});
      const failure = await bringBack();
      if (failure !== null) return failure;
    }
  }

  return {
    url: first.url,
    migrationUrl: first.migrationUrl,
    lost: keep(),
    async stop() {
      stopping = true;
      await (await current.catch(() => null))?.stop();
    },
  };
}
