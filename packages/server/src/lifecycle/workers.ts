import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { serveHttp } from './http-process.ts';

/** Longer than a worker's own drain. */
const stopMs = 15_000;
const restartPauseMs = 500;

type ToWorker = { databaseUrl: string } | 'stop';
type FromWorker = { url: string } | { failed: string };

/** Starts the HTTP processes and keeps that many alive. Throws a sentence when the first ones cannot serve. */
export async function startWorkers(
  config: Config,
  databaseUrl: string,
  logger: Logger,
): Promise<{ url: string; close(): Promise<void> }> {
  let stopping = false;
  const start = async (): Promise<string> => {
    const worker = cluster.fork();
    worker.on('exit', () => {
      if (stopping) return;
      logger.error({ pid: worker.process.pid }, 'an HTTP process ended; starting another');
      void delay(restartPauseMs).then(() => (stopping ? undefined : start().catch(() => undefined)));
    });
    await once(worker, 'online');
    worker.send({ databaseUrl } satisfies ToWorker);
    const [answer] = (await Promise.race([once(worker, 'message'), once(worker, 'exit')])) as [FromWorker | number];
    if (typeof answer === 'object' && 'url' in answer) return answer.url;
    throw new Error(
      typeof answer === 'object' && 'failed' in answer ? answer.failed : 'an HTTP process could not start',
    );
  };
  const close = async () => {
    stopping = true;
    await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => worker && stopWorker(worker)));
  };
  try {
    const urls = await Promise.all(Array.from({ length: config.workers }, start));
    return { url: urls[0] ?? '', close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function stopWorker(worker: Worker): Promise<void> {
  if (worker.isDead()) return;
  const ended = once(worker, 'exit');
  if (worker.isConnected()) worker.send('stop' satisfies ToWorker);
  const force = setTimeout(() => worker.process.kill('SIGKILL'), stopMs);
  await ended;
  clearTimeout(force);
}

/** One HTTP process: serves until it is told to stop or its parent is gone. The terminal's ctrl-C is its parent's. */
export async function runWorker(config: Config, logger: Logger): Promise<void> {
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  const report = (message: FromWorker) => process.send?.(message);
  const [{ databaseUrl }] = (await once(process, 'message')) as [{ databaseUrl: string }];
  try {
    const http = await serveHttp(config, databaseUrl, logger);
    report({ url: http.url });
    await Promise.race([once(process, 'message'), once(process, 'disconnect')]);
    await http.close();
    process.exit(0);
  } catch (error) {
    report({ failed: error instanceof Error ? error.message : 'an HTTP process could not start' });
    process.exitCode = 1;
    process.disconnect();
  }
}
