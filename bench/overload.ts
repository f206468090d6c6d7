/** `npm run bench:overload`: what becomes of updates when five times as many come as the server can do. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBenchDatabase } from './database.ts';
import { type LoadResult, startLoadProcess } from './load-process.ts';
import type { OpenLoopResult } from './open-loop.ts';
import { reportGround } from './report.ts';
import { seed } from './seed.ts';
import { startServerProcess } from './server-process.ts';
import { createBenchTenant } from './tenant.ts';
import { newWorkplace } from './workplace.ts';

const times = 5;
const fewConnections = 8;
const capacityConnections = 64;
/** One less than the number below which nothing may be refused. */
const belowFloor = 99;
const mostUnanswered = 2000;

const { values } = parseArgs({
  options: { records: { type: 'string', default: '20000' }, seconds: { type: 'string', default: '10' } },
});
const seconds = Number(values.seconds);
const records = Number(values.records);
if (!(seconds > 0 && records > mostUnanswered)) {
  throw new Error(`--seconds must be above 0 and --records above ${mostUnanswered}`);
}

const { directory, cleanUps, cleanUp } = await newWorkplace();

const rate = (perSecond: number): string => `${Math.round(perSecond)}/s`.padStart(8);
const delays = ({ p50, p99 }: { p50: number; p99: number }): string =>
  `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
const line = (name: string, rest: string): void => console.log(`${name.padEnd(44)} ${rest}`);

function reportClosed(name: string, result: LoadResult): void {
  line(name, `${rate(result.perSecond)}  ${delays(result)}, ${result.failed} refused`);
  for (const failure of result.failures) console.log(`  ${failure}`);
}

function reportOverload(capacity: LoadResult, result: OpenLoopResult): void {
  const { accepted, shed } = result;
  const share = (100 * shed.perSecond) / (accepted.perSecond + shed.perSecond);
  line(`offered, ${times} times the capacity`, `${rate(result.offeredPerSecond)}  (${result.unsent} unsent)`);
  line('  accepted', `${rate(accepted.perSecond)}  ${delays(accepted)}`);
  line('  refused with 503', `${rate(shed.perSecond)}  ${delays(shed)}; ${share.toFixed(1)} % of the answers`);
  for (const { status, count } of result.other) line(`  answered with ${status}`, `${count}`);
  line('  never answered', `${result.unanswered}`);
  line('  accepted against the capacity', `${((100 * accepted.perSecond) / capacity.perSecond).toFixed(0)} %`);
}

try {
  const dataDir = join(directory, 'data');
  const database = await startBenchDatabase(dataDir);
  cleanUps.push(database.stop);
  await reportGround(database);
  const tenant = await createBenchTenant(database.url, dataDir);
  cleanUps.push(tenant.close);
  const seeded = await seed(database, tenant, { records, tokens: 0 }, directory);
  const files = { ...seeded, ...tenant.credentials, host: '127.0.0.1' };
  const logFile = join(directory, 'server.log');
  const server = await startServerProcess({ dataDir, databaseUrl: database.url, workers: 1, logFile });
  cleanUps.push(server.stop);
  const load = await startLoadProcess(files);
  cleanUps.push(load.stop);
  const closed = (connections: number, forSeconds = seconds) =>
    load.run({ kind: 'put', url: server.url, seconds: forSeconds, most: Number.MAX_SAFE_INTEGER, connections });

  await closed(capacityConnections, 3);
  console.log('');
  reportClosed(`unloaded, ${fewConnections} at a time`, await closed(fewConnections));
  const capacity = await closed(capacityConnections);
  reportClosed(`capacity, ${capacityConnections} at a time`, capacity);
  reportClosed(`${belowFloor} at a time, which are never refused`, await closed(belowFloor));
  const perSecond = times * capacity.perSecond;
  reportOverload(capacity, await load.offer({ url: server.url, seconds, perSecond, connections: mostUnanswered }));
} finally {
  await cleanUp();
}
