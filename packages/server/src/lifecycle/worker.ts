import { once } from 'node:events';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { giveMemoryBack } from '../memory.ts';
import { answerMetrics, type MetricsAnswer, type MetricsQuestion } from '../telemetry/metrics-messages.ts';
import { openMetrics } from '../telemetry/open-metrics.ts';
import { type ListeningAt, serveHttp } from './http-process.ts';
import { startFailureSentence } from './start-failure.ts';

/** The address is sent, not put into the environment, where anyone could read the password. */
export type Orders = {
  databaseUrl: string;
  port: number;
  /** Whether another one served before; then nobody waits to be told why this one cannot. */
  replaces: boolean;
};
export type ToWorker = Orders | MetricsQuestion | 'stop';
export type FromWorker = ListeningAt | { failed: string };

/** One HTTP process: serves until it is told to stop or its parent is gone. The terminal's ctrl-C is its parent's. */
export async function runWorker(config: Config, logger: Logger): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  const report = (message: FromWorker | MetricsAnswer) => process.connected && process.send?.(message);
  const [{ databaseUrl, port, replaces }] = (await once(process, 'message')) as [Orders];
  const told = Promise.withResolvers<void>();
  process.once('disconnect', () => told.resolve());
  const metrics = await openMetrics(config, { part: 'http', isMainThread: true });
  process.on('message', (message: ToWorker) => {
    if (message === 'stop') told.resolve();
    else answerMetrics(message, metrics, report);
  });
  try {
    const http = await serveHttp({ ...config, port }, databaseUrl, logger, metrics);
    giveMemoryBack();
    report({ url: http.url, port: http.port });
    await told.promise;
    await http.close();
    process.exit(0);
  } catch (error) {
    if (replaces) logger.error({ err: error }, 'an HTTP process could not take the place of another');
    report({ failed: startFailureSentence(error, config) });
    process.exitCode = 1;
    process.disconnect();
  }
}
