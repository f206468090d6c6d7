import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { startBackgroundTasks } from '../jobs/background-tasks.ts';
import { openMasterKeyFile } from '../keys/master-key-file.ts';
import { createLogger } from '../log.ts';
import { createDeploymentServices } from '../server.ts';
import { openDatabase } from '../store/database.ts';
import type { ToBackgroundThread } from './background-work.ts';
import { terminalLog } from './terminal-log.ts';

/** Enough for two stretches of work under way and a look at what is next. */
const connections = 4;
const standardError = 2;

const { config, databaseUrl, publicUrl, isTerminal }: ToBackgroundThread = workerData;
const written = { write: (text: string) => writeSync(standardError, text) };
const logger = createLogger(config.logLevel, isTerminal ? terminalLog(written) : undefined);
const masterKey = await openMasterKeyFile(config.masterKeyFile, false);
const db = openDatabase({
  url: databaseUrl,
  connections,
  onError: (error) => logger.warn({ err: error }, 'a database connection was lost'),
});
const { services } = createDeploymentServices({ config, db, masterKey, publicUrl: () => publicUrl });
const tasks = startBackgroundTasks(services, logger);
if (!parentPort) throw new Error('not started as a thread');
await once(parentPort, 'message');
await tasks.stop();
await db.close();
