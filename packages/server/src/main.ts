import cluster from 'node:cluster';
import type { Logger } from 'pino';
import manifest from '../package.json' with { type: 'json' };
import { type Config, readConfig } from './config.ts';
import { openDeploymentDatabase } from './lifecycle/deployment-database.ts';
import { startServing } from './lifecycle/serving.ts';
import { startFailureSentence } from './lifecycle/start-failure.ts';
import { listenForStop } from './lifecycle/stop-signals.ts';
import { terminalLog } from './lifecycle/terminal-log.ts';
import { runWorker } from './lifecycle/worker.ts';
import { createLogger } from './log.ts';

/** Sentences for people go to standard output, the log to standard error, so that either can be kept by itself. */
const say = (sentence: string): void => {
  process.stdout.write(`${sentence}\n`);
};

/** Everything in its order: database, keys, HTTP, demo, jobs; and backwards when told to stop. Answers the exit code. */
async function run(config: Config, logger: Logger): Promise<number> {
  const signals = listenForStop();
  void signals.asked.then(() => say('onfile: finishing what is under way; ctrl-C again to stop at once'));
  say(`onfile ${manifest.version}`);
  let lost: string | void;
  const database = await openDeploymentDatabase(config, say);
  try {
    const serving = await startServing(config, database, logger, say);
    say(serving.welcome);
    lost = await Promise.race([signals.asked, database.lost]);
    if (lost !== undefined) process.stderr.write(`onfile: ${lost}\n`);
    void signals.insisted.then(() => serving.cut());
    await serving.stop();
  } finally {
    await database.stop();
  }
  say('onfile stopped');
  return lost === undefined ? signals.exitCode() : 1;
}

/** Node would print the error, whose message may hold a customer's data. The next start goes on with the database. */
function endOnUnexpectedFailure(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.error({ err: error }, 'unexpected failure; the process ends');
    process.exit(1);
  });
  // Whoever reads what is said may go away (`npm start | head`); that is no reason to stop.
  process.stdout.on('error', () => {});
}

let config: Config | null = null;
try {
  config = readConfig();
  const logger = createLogger(config.logLevel, process.stderr.isTTY ? terminalLog(process.stderr) : undefined);
  endOnUnexpectedFailure(logger);
  if (cluster.isPrimary) process.exit(await run(config, logger));
  else await runWorker(config, logger);
} catch (error) {
  process.stderr.write(`onfile cannot start: ${startFailureSentence(error, config)}\n`);
  process.exit(1);
}
