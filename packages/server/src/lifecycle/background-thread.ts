import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { createDeploymentServices } from '../deployment-services.ts';
import { startBackgroundTasks } from '../jobs/background-tasks.ts';
import { startHoldingRetention } from '../jobs/hold-retention.ts';
import { startMeasuringWork } from '../jobs/measure-work.ts';
import { startSealing } from '../jobs/seal-audit.ts';
import { startSweeping } from '../jobs/sweep.ts';
import { createTokenWaker } from '../jobs/token-waker.ts';
import { startTokenWorker } from '../jobs/token-worker.ts';
import { openMasterKey } from '../keys/open-master-key.ts';
import { createLogger } from '../log.ts';
import { giveMemoryBack } from '../memory.ts';
import { openDatabase } from '../store/database.ts';
import { openJobQueue } from '../store/job-queue.ts';
import { answerMetrics } from '../telemetry/metrics-messages.ts';
import { openMetrics } from '../telemetry/open-metrics.ts';
import { startTracing } from '../telemetry/start-tracing.ts';
import type { FromBackgroundThread, ToBackgroundThread } from './background-work.ts';
import { terminalLog } from './terminal-log.ts';

/** For each job its own, and two stretches of a long one under way; none of them waits for an answer to a request. */
const connections = 6;
const standardError = 2;

const { config, databaseUrl, publicUrl, isTerminal }: ToBackgroundThread = workerData;
const written = { write: (text: string) => writeSync(standardError, text) };
const logger = createLogger(config.logLevel, isTerminal ? terminalLog(written) : undefined);
// Before whatever it shall see is opened.
const tracing = await startTracing(config.tracing, logger);
const metrics = await openMetrics(config, { part: 'background', isMainThread: false });
const masterKey = await openMasterKey(config, false);
const db = openDatabase({
  url: databaseUrl,
  connections,
  onError: (error) => logger.warn({ err: error }, 'a database connection was lost'),
});
metrics?.database.follow(db);
const onError = (error: unknown) => logger.warn({ err: error, job: 'queue' }, 'the job queue could not be used');
const queue = await openJobQueue(db, { maintains: true, onError });
const waker = createTokenWaker(queue, onError);
const { services } = createDeploymentServices({
  config,
  db,
  masterKey,
  publicUrl: () => publicUrl,
  wakeTokenWorker: waker.wake,
  metrics,
});
await startTokenWorker(services, queue, logger);
const jobs = [
  startSweeping(services, logger),
  startSealing(services, logger),
  startBackgroundTasks(services, logger),
  startHoldingRetention(services, logger),
  ...(metrics ? [startMeasuringWork(services, metrics.work, logger)] : []),
];
giveMemoryBack();
if (!parentPort) throw new Error('not started as a thread');
const port = parentPort;
const told = Promise.withResolvers<void>();
const listen = (message: unknown) => {
  if (!answerMetrics(message, metrics, (answer) => port.postMessage(answer))) told.resolve();
};
port.on('message', listen);
port.postMessage('at work' satisfies FromBackgroundThread);
await told.promise;
await Promise.all(jobs.map((job) => job.stop()));
await waker.stop();
await queue.stop();
await db.close();
await tracing.stop();
// The thread would live on for as long as it listens.
port.off('message', listen);
// A collector that does not answer would keep the thread for as long as its timeout.
if (config.tracing) process.exit();
