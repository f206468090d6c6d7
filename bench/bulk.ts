/** `npm run bench:bulk`: how fast a file is loaded, beside COPY of the same rows into the same tables. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keepEmptyCopy, measureCopy } from './bulk-baseline.ts';
import { addContacts, writeFile } from './bulk-file.ts';
import { peakMemory, runLoad } from './bulk-run.ts';
import { asAdmin, startBenchDatabase } from './database.ts';
import { describeCommit, describeMachine, describeOtherWork } from './machine.ts';
import { startServerProcess } from './server-process.ts';
import { createBenchTenant } from './tenant.ts';
import { newWorkplace } from './workplace.ts';

const leastRatio = 1 / 3;
const mostMegabytes = 300;

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, 'rows-per-contact': { type: 'string', default: '10' } },
});
const rows = Number(values.rows);
const contacts = Math.ceil(rows / Number(values['rows-per-contact']));
if (!(Number.isInteger(rows) && rows > 0 && contacts > 0)) {
  throw new Error('npm run bench:bulk -- [--rows 1000000] [--rows-per-contact 10]: whole numbers above 0');
}

const { directory, cleanUps, cleanUp } = await newWorkplace();
const say = (name: string, text: string): void => console.log(`${name.padEnd(10)} ${text}`);
const rate = (seconds: number): string => `${Math.round(rows / seconds)} rows/s (${seconds.toFixed(1)} s)`;

try {
  const dataDir = join(directory, 'data');
  const database = await startBenchDatabase(dataDir);
  cleanUps.push(database.stop);
  say('machine', describeMachine());
  say('load', describeOtherWork());
  say('commit', describeCommit());

  const tenant = await createBenchTenant(database.url, dataDir);
  const contactIds = await addContacts(database, tenant, contacts);
  const path = join(directory, 'bench.csv');
  const bytes = await writeFile(path, rows, contactIds, tenant.merchantAccountId);
  await tenant.close();
  const empty = await keepEmptyCopy(database);
  await asAdmin(database, (client) => client.query('CHECKPOINT'));
  say('file', `${rows} rows of ${contacts} contacts, ${Math.round(bytes / 1_048_576)} MiB`);

  const server = await startServerProcess({
    dataDir,
    databaseUrl: database.url,
    workers: 1,
    logFile: join(directory, 'log'),
  });
  cleanUps.push(server.stop);
  const { uploadSeconds, loadSeconds, load } = await runLoad(server.url, tenant, path);
  const megabytes = await peakMemory(server.pid);
  await server.stop();
  if (load.state !== 'done' || load.created !== rows) throw new Error(`the load ended ${JSON.stringify(load)}`);
  say('upload', rate(uploadSeconds));
  say('load', rate(loadSeconds));
  say('together', rate(uploadSeconds + loadSeconds));

  const copySeconds = await measureCopy(database, empty, directory);
  say('COPY', rate(copySeconds));
  const ratio = copySeconds / (uploadSeconds + loadSeconds);
  const verdict = (holds: boolean): string => (holds ? 'holds' : 'DOES NOT HOLD');
  say('ratio', `${ratio.toFixed(2)} of COPY, upload included; at least a third: ${verdict(ratio >= leastRatio)}`);
  say('memory', `${Math.round(megabytes)} MB at most; under ${mostMegabytes}: ${verdict(megabytes < mostMegabytes)}`);
} finally {
  await cleanUp();
}
