import { once } from 'node:events';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { giveMemoryBack } from '../memory.ts';
import { type ListeningAt, serveHttp } from './http-process.ts';
import { startFailureSentence } from './start-failure.ts';

/** The address is sent, not put into the environment, where anyone could read the password. */
export type ToWorker = { databaseUrl: string; port: number } | 'stop';
export type FromWorker = ListeningAt | { failed: string };

/** One HTTP process: serves until it is told to stop or its parent is gone. The terminal's ctrl-C is its parent's. */
export async function runWorker(config: Config, logger: Logger): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  const report = (message: FromWorker) => process.connected && process.send?.(message);
  const [{ databaseUrl, port }] = (await once(process, 'message')) as [Exclude<ToWorker, 'stop'>];
  const told = Promise.race([once(process, 'message'), once(process, 'disconnect')]);
  try {
    const http = await serveHttp({ ...config, port }, databaseUrl, logger);
    giveMemoryBack();
    report({ url: http.url, port: http.port });
    await told;
    await http.close();
    process.exit(0);
  } catch (error) {
    report({ failed: startFailureSentence(error, config) });
    process.exitCode = 1;
    process.disconnect();
  }
}
