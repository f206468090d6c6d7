import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Rounds } from '../jobs/tenant-rounds.ts';
import type { GatheredMetrics } from '../telemetry/gathered-metrics.ts';
import { metricsOver } from '../telemetry/metrics-messages.ts';

export type ToBackgroundThread = { config: Config; databaseUrl: string; publicUrl: string; isTerminal: boolean };

/** Said once everything has begun; before that there is nothing to finish. */
export type FromBackgroundThread = 'at work';

const threadFile = new URL('./background-thread.ts', import.meta.url);
const restartPauseMs = 500;
/**
 * Not what the work needs, which is far less: V8 lets the more garbage lie about the further away its limit is, and the
 * process stays far smaller so (decision 21).
 */
const resourceLimits = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 512 };
/** Longer than any stretch of work between two commits. */
const stopMs = 10_000;

/**
 * Runs the jobs and all long work in a thread of its own, so that requests never wait for a million rows, and starts
 * another should it end. `stop` waits for the stretch at hand; the next start goes on from there.
 */
export function startBackgroundWork(data: ToBackgroundThread, logger: Logger, metrics?: GatheredMetrics): Rounds {
  const stopping = new AbortController();
  let thread = startThread();

  function startThread() {
    const worker = new Worker(threadFile, { workerData: data, resourceLimits });
    const started = {
      worker,
      isAtWork: false,
      ended: new Promise<void>((resolve) => worker.once('exit', () => resolve())),
    };
    worker.once('message', (_: FromBackgroundThread) => {
      started.isAtWork = true;
      if (metrics) gatherFrom(started, metrics);
    });
    worker.on('error', (error) => logger.error({ err: error }, 'the background thread failed'));
    return started;
  }
  async function keepAlive(): Promise<void> {
    for (;;) {
      await thread.ended;
      if (stopping.signal.aborted) return;
      logger.error('the background thread ended; starting another');
      await delay(restartPauseMs, undefined, { ref: false, signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      thread = startThread();
    }
  }
  const kept = keepAlive();
  return {
    async stop() {
      stopping.abort();
      const { worker, isAtWork } = thread;
      if (isAtWork) worker.postMessage('stop');
      const force = setTimeout(() => void worker.terminate(), isAtWork ? stopMs : 0);
      await kept;
      clearTimeout(force);
    },
  };
}

/** From when it is at work until it has ended. */
function gatherFrom({ worker, ended }: { worker: Worker; ended: Promise<void> }, metrics: GatheredMetrics): void {
  const source = metricsOver({
    send: (question) => worker.postMessage(question),
    onMessage: (listener) => worker.on('message', listener),
  });
  const leave = metrics.add(source);
  void ended.then(leave);
}
