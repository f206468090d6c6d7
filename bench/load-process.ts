import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { OpenLoopJob, OpenLoopResult } from './open-loop.ts';
import type { Seeded } from './seed.ts';

/** What the generator keeps between jobs: how each record was last answered, which tokens are used. */
export type LoadFiles = Seeded & { tenantId: string; accessToken: string; apiKey: string; host: string };

export type LoadJob = {
  kind: 'put' | 'post';
  url: string;
  seconds: number;
  /** The job ends when so many requests were sent, if that is sooner. */
  most: number;
  connections: number;
};

export type LoadResult = {
  /** With 200. */
  answered: number;
  failed: number;
  /** The first of the other answers: status and body. */
  failures: string[];
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
};

export type LoadProcess = {
  run: (job: LoadJob) => Promise<LoadResult>;
  /** PUTs that do not wait for the answers to those before. */
  offer: (job: OpenLoopJob) => Promise<OpenLoopResult>;
  stop: () => Promise<void>;
};

/** Starts the load generator. */
export async function startLoadProcess(files: LoadFiles): Promise<LoadProcess> {
  const child = fork(fileURLToPath(new URL('load-generator.ts', import.meta.url)));
  const answer = async (message: LoadFiles | LoadJob | OpenLoopJob): Promise<unknown> => {
    const waiting = new AbortController();
    const { signal } = waiting;
    child.send(message);
    try {
      const [answered] = await Promise.race([once(child, 'message', { signal }), once(child, 'exit', { signal })]);
      if (typeof answered === 'number' || answered === null) throw new Error('the load generator ended');
      return answered;
    } finally {
      waiting.abort();
    }
  };
  await answer(files);
  return {
    run: (job) => answer(job) as Promise<LoadResult>,
    offer: (job) => answer(job) as Promise<OpenLoopResult>,
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
