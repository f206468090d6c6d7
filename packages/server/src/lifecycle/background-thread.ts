import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { createDeploymentServices } from '../deployment-services.ts';
import { startBackgroundTasks } from '../jobs/background-tasks.ts';
import { startHoldingRetention } from '../jobs/hold-retention.ts';
import { startSealing } from '../jobs/seal-audit.ts';
import { startSweeping } from '../jobs/sweep.ts';
import { createTokenWaker } from '../jobs/token-waker.ts';
import { startTokenWorker } from '../jobs/token-worker.ts';
import { openMasterKey } from '../keys/open-master-key.ts';
import { createLogger } from '../log.ts';
import { giveMemoryBack } from '../memory.ts';
import { openDatabase } from '../store/database.ts';
import { openJobQueue } from '../store/job-queue.ts';
import type { FromBackgroundThread, ToBackgroundThread } from './background-work.ts';
import { terminalLog } from './terminal-log.ts';

/** For each job its own, and two stretches of a long one under way; none of them waits for an answer to a request. */
const connections = 6;
const standardError = 2;

const { config, databaseUrl, publicUrl, isTerminal }: ToBackgroundThread = workerData;
const written = { write: (text: string) => writeSync(standardError, text) };
const logger = createLogger(config.logLevel, isTerminal ? terminalLog(written) : undefined);
const masterKey = await openMasterKey(config, false);
const db = openDatabase({
  url: databaseUrl,
  connections,
  onError: (error) => logger.warn({ err: error }, 'a database connection was lost'),
});
const onError = (error: unknown) => logger.warn({ err: error, job: 'queue' }, 'the job queue could not be used');
const queue = await openJobQueue(db, { maintains: true, onError });
const waker = createTokenWaker(queue, onError);
const { services } = createDeploymentServices({
  config,
  db,
  masterKey,
  publicUrl: () => publicUrl,
  wakeTokenWorker: waker.wake,
});
await startTokenWorker(services, queue, logger);
const jobs = [
  startSweeping(services, logger),
  startSealing(services, logger),
  startBackgroundTasks(services, logger),
  startHoldingRetention(services, logger),
];
giveMemoryBack();
if (!parentPort) throw new Error('not started as a thread');
parentPort.postMessage('at work' satisfies FromBackgroundThread);
await once(parentPort, 'message');
await Promise.all(jobs.map((job) => job.stop()));
await waker.stop();
await queue.stop();
await db.close();
