/** `npm run bench:update`: how many updates a second, beside the same work done by pgbench on the same PostgreSQL. */
import { join } from 'node:path';
import { startBenchDatabase } from './database.ts';
import { startLoadProcess } from './load-process.ts';
import { measure, tokensPerSecond } from './measurements.ts';
import { report, reportGround } from './report.ts';
import { seed } from './seed.ts';
import { startServerProcess } from './server-process.ts';
import { readSettings } from './settings.ts';
import { createBenchTenant } from './tenant.ts';
import { newWorkplace } from './workplace.ts';

const warmUpSeconds = 2;
const workers = [1, 2];

const settings = readSettings(process.argv.slice(2));
const postSeconds = workers.length * (settings.rounds * settings.seconds + warmUpSeconds);
const { directory, cleanUps, cleanUp } = await newWorkplace();

try {
  const dataDir = join(directory, 'data');
  const database = await startBenchDatabase(dataDir);
  cleanUps.push(database.stop);
  await reportGround(database);

  const tenant = await createBenchTenant(database.url, dataDir);
  cleanUps.push(tenant.close);
  const counts = { records: settings.records, tokens: postSeconds * tokensPerSecond };
  const began = performance.now();
  const files = await seed(database, tenant, counts, directory);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`records   ${counts.records} to update, ${counts.tokens} customers with a new card (${seconds} s)`);

  const serverOf = async (count: number) => {
    const logFile = join(directory, `server-${count}.log`);
    const server = await startServerProcess({ dataDir, databaseUrl: database.url, workers: count, logFile });
    cleanUps.push(server.stop);
    return { workers: count, url: server.url };
  };
  const servers = [];
  for (const count of workers) servers.push(await serverOf(count));
  const load = await startLoadProcess({ ...files, ...tenant.credentials, host: '127.0.0.1' });
  cleanUps.push(load.stop);
  report(await measure({ settings, warmUpSeconds, database, servers, load, directory }));
} finally {
  await cleanUp();
}
