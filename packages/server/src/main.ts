import cluster from 'node:cluster';
import type { Logger } from 'pino';
import { type Config, readConfig } from './config.ts';
import { openDeploymentDatabase } from './lifecycle/deployment-database.ts';
import { startServing } from './lifecycle/serving.ts';
import { runWorker } from './lifecycle/workers.ts';
import { createLogger } from './log.ts';

const say = (sentence: string): void => {
  process.stdout.write(`${sentence}\n`);
};

/** Everything in its order: database, keys, HTTP, demo, jobs; and backwards when told to stop. */
async function run(config: Config, logger: Logger): Promise<void> {
  const stopped = signalled();
  const database = await openDeploymentDatabase(config, say);
  let failed = false;
  try {
    const serving = await startServing(config, database, logger);
    say(serving.welcome);
    const cause = await Promise.race([stopped, database.ended.then(() => 'ended' as const)]);
    failed = cause === 'ended';
    say(failed ? 'onfile: the database has ended by itself; stopping' : 'onfile: finishing what is under way');
    await serving.stop();
  } finally {
    await database.stop();
  }
  say('onfile stopped');
  process.exit(failed ? 1 : 0);
}

/** The first SIGINT or SIGTERM; a second one ends the process at once. */
function signalled(): Promise<'signal'> {
  return new Promise((resolve) => {
    let told = false;
    const tell = () => {
      if (told) process.exit(130);
      told = true;
      resolve('signal');
    };
    process.on('SIGINT', tell).on('SIGTERM', tell);
  });
}

try {
  const config = readConfig();
  const logger = createLogger(config.logLevel);
  await (cluster.isPrimary ? run(config, logger) : runWorker(config, logger));
} catch (error) {
  process.stderr.write(`onfile cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
