import cluster, { type Worker } from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { HttpService } from './http-process.ts';
import type { FromWorker, ToWorker } from './worker.ts';

/** Longer than a worker's own drain. */
const stopMs = 15_000;
const restartPauseMs = 500;

/** An HTTP process; `url` rejects with a sentence when it cannot serve. */
type HttpWorker = { worker: Worker; url: Promise<string>; ended: Promise<void> };

/** Starts the HTTP processes and keeps that many alive. Throws a sentence when the first ones cannot serve. */
export async function startWorkers(config: Config, databaseUrl: string, logger: Logger): Promise<HttpService> {
  const workers = Array.from({ length: config.workers }, () => startWorker(databaseUrl));
  let stopping = false;

  async function keepAlive(slot: number): Promise<void> {
    for (let current = workers[slot]; current !== undefined; current = workers[slot]) {
      await current.ended;
      if (stopping) return;
      logger.error({ pid: current.worker.process.pid }, 'an HTTP process ended; starting another');
      await delay(restartPauseMs, undefined, { ref: false });
      if (stopping) return;
      workers[slot] = startWorker(databaseUrl);
      // One that cannot serve ends, which is seen to above.
      workers[slot].url.catch(() => undefined);
    }
  }
  const close = async () => {
    stopping = true;
    await Promise.all(workers.map(stopWorker));
  };
  const cut = () => {
    stopping = true;
    for (const { worker } of workers) worker.process.kill('SIGKILL');
  };

  const [first] = await Promise.all(workers.map(({ url }) => url)).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const kept = Promise.all(workers.map((_, slot) => keepAlive(slot)));
  return {
    url: first ?? '',
    cut,
    async close() {
      await close();
      await kept;
    },
  };
}

function startWorker(databaseUrl: string): HttpWorker {
  const worker = cluster.fork();
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
    worker.on('error', () => {
      worker.process.kill('SIGKILL');
      resolve();
    });
  });
  const url = new Promise<string>((resolve, reject) => {
    worker.once('online', () => worker.send({ databaseUrl } satisfies ToWorker));
    worker.once('message', (answer: FromWorker) => {
      if ('url' in answer) resolve(answer.url);
      else reject(new Error(answer.failed));
    });
    void ended.then(() => reject(new Error('an HTTP process ended before it could serve')));
  });
  return { worker, url, ended };
}

async function stopWorker({ worker, ended }: HttpWorker): Promise<void> {
  const force = setTimeout(() => worker.process.kill('SIGKILL'), stopMs);
  if (worker.isConnected()) worker.send('stop' satisfies ToWorker);
  await ended;
  clearTimeout(force);
}
