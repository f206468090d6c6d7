/** `npm run bench:tracing`: what traces cost an update, be they off, on and not sampled, or all sent to a collector. */
import { join } from 'node:path';
import { activeTraceId, beginWait, inSharedWork, inSpan } from '../packages/server/src/telemetry/tracing.ts';
import { startBenchDatabase } from './database.ts';
import { type LoadResult, startLoadProcess } from './load-process.ts';
import { reportGround } from './report.ts';
import { seed } from './seed.ts';
import { startServerProcess } from './server-process.ts';
import { readSettings } from './settings.ts';
import { startSpanCollector } from './span-collector.ts';
import { median } from './statistics.ts';
import { createBenchTenant } from './tenant.ts';
import { newWorkplace } from './workplace.ts';

const warmUpSeconds = 2;
const countedRequests = 200;
const offCalls = 2_000_000;
const nanosecondsPerMs = 1_000_000;
const nameWidth = 24;

const settings = readSettings(process.argv.slice(2));
const { directory, cleanUps, cleanUp } = await newWorkplace();

try {
  const dataDir = join(directory, 'data');
  const database = await startBenchDatabase(dataDir);
  cleanUps.push(database.stop);
  await reportGround(database);
  const tenant = await createBenchTenant(database.url, dataDir);
  cleanUps.push(tenant.close);
  const files = await seed(database, tenant, { records: settings.records, tokens: 0 }, directory);
  const collector = await startSpanCollector();
  cleanUps.push(collector.stop);
  const load = await startLoadProcess({ ...files, ...tenant.credentials, host: '127.0.0.1' });
  cleanUps.push(load.stop);

  const start = async (name: string, environment: Record<string, string>) => {
    const logFile = join(directory, `${name.replaceAll(' ', '-')}.log`);
    const server = await startServerProcess({ dataDir, databaseUrl: database.url, workers: 1, logFile, environment });
    cleanUps.push(server.stop);
    return { name, url: server.url, results: [] as LoadResult[], stop: server.stop };
  };
  const put = (url: string, job: { seconds: number; most?: number; connections: number }): Promise<LoadResult> =>
    load.run({ kind: 'put', url, most: Number.MAX_SAFE_INTEGER, ...job });

  const on = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const counted = await start('counted', { ...on, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' });
  const { answered } = await put(counted.url, { seconds: settings.seconds, most: countedRequests, connections: 1 });
  await counted.stop();
  const spansPerRequest = collector.take().spans / answered;

  const servers = [
    await start('off', {}),
    await start('on, none sampled', { ...on, OTEL_TRACES_SAMPLER: 'always_off' }),
    await start('on, all sent', on),
  ];
  const { connections, seconds } = settings;
  for (const { url } of servers) await put(url, { seconds: warmUpSeconds, connections });
  collector.take();
  let bytes = 0;
  for (let round = 1; round <= settings.rounds; round++) {
    process.stderr.write(`round ${round} of ${settings.rounds}\n`);
    // In turn, and each round begins with another, so that what else the machine does falls on all of them alike.
    for (let n = 0; n < servers.length; n++) {
      const server = servers[(round + n) % servers.length];
      server?.results.push(await put(server.url, { seconds, connections }));
    }
    bytes += collector.take().bytes;
  }
  report(servers, { spansPerRequest, bytes });
} finally {
  await cleanUp();
}

function report(
  servers: { name: string; results: LoadResult[] }[],
  sent: { spansPerRequest: number; bytes: number },
): void {
  const rateOf = ({ results }: { results: LoadResult[] }) => median(results.map((result) => result.perSecond));
  const [off] = servers;
  const fastest = off ? rateOf(off) : Number.NaN;
  console.log('');
  for (const server of servers) {
    const ms = (of: 'p50' | 'p99') => `${of} ${median(server.results.map((result) => result[of])).toFixed(1)} ms`;
    const failed = server.results.reduce((sum, result) => sum + result.failed, 0);
    const share = ((rateOf(server) / fastest) * 100).toFixed(1);
    const rounds = server.results.map((result) => Math.round(result.perSecond)).join(', ');
    console.log(
      `${server.name.padEnd(nameWidth)} ${Math.round(rateOf(server))}/s  ${share} %  ${ms('p50')}, ${ms('p99')}, ${failed} errors (${rounds})`,
    );
  }
  const nanoseconds = offNanoseconds();
  const requestNanoseconds = (1000 / fastest) * nanosecondsPerMs;
  const cost = sent.spansPerRequest * nanoseconds;
  console.log(
    `\nspans                    ${sent.spansPerRequest.toFixed(1)} a lone PUT; ${sent.bytes} bytes were sent`,
  );
  console.log(
    `off                      at most ${cost.toFixed(0)} ns of ${requestNanoseconds.toFixed(0)} ns a request (${((cost / requestNanoseconds) * 100).toFixed(3)} %), at ${nanoseconds.toFixed(1)} ns a place that would make a span`,
  );
}

/** What a place that would make a span costs while there is no tracing: all that is asked in such places, together. */
function offNanoseconds(): number {
  const done = Promise.resolve();
  const work = () => done;
  const isDone = (result: unknown): number => Number(result === done);
  const traced = (): number => {
    const wait = beginWait('bench');
    const inSpans = isDone(inSharedWork([wait], work)) + isDone(inSpan('bench', { kind: 'internal' }, work));
    return inSpans + Number(activeTraceId() === null) + Number(wait === null);
  };
  const untraced = (): number => isDone(work()) + isDone(work());
  return Math.max(0, timed(traced) - timed(untraced));
}

/** Nanoseconds a call. What the calls answer is added up, so that none of them can be left out. */
function timed(call: () => number): number {
  let sum = 0;
  let began = 0;
  for (let n = -offCalls; n < offCalls; n++) {
    if (n === 0) began = performance.now();
    sum += call();
  }
  const taken = performance.now() - began;
  if (sum === 0) throw new Error('nothing was measured');
  return (taken / offCalls) * nanosecondsPerMs;
}
