import cluster, { type Worker } from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { GatheredMetrics } from '../telemetry/gathered-metrics.ts';
import { metricsOver } from '../telemetry/metrics-messages.ts';
import type { HttpService, ListeningAt } from './http-process.ts';
import type { FromWorker, Orders, ToWorker } from './worker.ts';

/** Longer than a worker's own drain. */
const stopMs = 15_000;
const restartPauseMs = 500;

/** An HTTP process; `serving` rejects with a sentence when it cannot. */
type HttpWorker = { worker: Worker; serving: Promise<ListeningAt>; ended: Promise<void> };

/** Starts the HTTP processes and keeps that many alive. Throws a sentence when the first ones cannot serve. */
export async function startWorkers(
  config: Config,
  databaseUrl: string,
  logger: Logger,
  metrics?: GatheredMetrics,
): Promise<HttpService> {
  // Node shares a socket among those who ask for it by the same port, also where any would do for the first ones.
  let asked = config.port;
  const start = (replaces: boolean): HttpWorker => {
    const started = startWorker({ databaseUrl, port: asked, replaces });
    if (metrics) gatherFrom(started, metrics);
    return started;
  };
  const workers = Array.from({ length: config.workers }, () => start(false));
  let stopping = false;

  /** On the port that the first ones got: while one of them lives they share its socket, then it is free again. */
  async function keepAlive(slot: number, port: number): Promise<void> {
    for (let current = workers[slot]; current !== undefined; current = workers[slot]) {
      await current.ended;
      if (stopping) return;
      logger.error({ pid: current.worker.process.pid }, 'an HTTP process ended; starting another');
      await delay(restartPauseMs, undefined, { ref: false });
      if (stopping) return;
      if (workers.every(({ worker }) => worker.isDead())) asked = port;
      const next = start(true);
      workers[slot] = next;
      void endUnlessAt(port, next);
    }
  }
  /** One that cannot serve says so in the log and ends. One that is elsewhere found no socket to share any more. */
  async function endUnlessAt(port: number, { serving, worker }: HttpWorker): Promise<void> {
    const at = await serving.catch(() => null);
    if (at === null || at.port === port) return;
    asked = port;
    worker.process.kill('SIGKILL');
  }
  const close = async () => {
    stopping = true;
    await Promise.all(workers.map(stopWorker));
  };
  const cut = () => {
    stopping = true;
    for (const { worker } of workers) worker.process.kill('SIGKILL');
  };

  const [first] = await Promise.all(workers.map(({ serving }) => serving)).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const { url, port } = first ?? { url: '', port: config.port };
  const kept = Promise.all(workers.map((_, slot) => keepAlive(slot, port)));
  return {
    url,
    port,
    cut,
    async close() {
      await close();
      await kept;
    },
  };
}

/** From when it serves, for the first message that it gets must be its orders, until it has ended. */
function gatherFrom({ worker, serving, ended }: HttpWorker, metrics: GatheredMetrics): void {
  const source = metricsOver({
    send: (question) => worker.isConnected() && worker.send(question satisfies ToWorker),
    onMessage: (listener) => worker.on('message', listener),
  });
  serving
    .then(() => {
      const leave = metrics.add(source);
      return ended.then(leave);
    })
    // Whoever started it is told why it cannot serve.
    .catch(() => undefined);
}

function startWorker(orders: Orders): HttpWorker {
  const worker = cluster.fork();
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
    worker.on('error', () => {
      worker.process.kill('SIGKILL');
      resolve();
    });
  });
  const serving = new Promise<ListeningAt>((resolve, reject) => {
    worker.once('online', () => worker.send(orders));
    worker.once('message', (answer: FromWorker) => {
      if ('failed' in answer) reject(new Error(answer.failed));
      else resolve(answer);
    });
    void ended.then(() => reject(new Error('an HTTP process ended before it could serve')));
  });
  return { worker, serving, ended };
}

async function stopWorker({ worker, ended }: HttpWorker): Promise<void> {
  const force = setTimeout(() => worker.process.kill('SIGKILL'), stopMs);
  if (worker.isConnected()) worker.send('stop' satisfies ToWorker);
  await ended;
  clearTimeout(force);
}
