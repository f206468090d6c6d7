import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchDatabase } from './database.ts';
import type { LoadJob, LoadProcess, LoadResult } from './load-process.ts';
import { findPgbench, runPgbench } from './pgbench.ts';
import { statementScript, walledScript, writtenValues } from './row-statement.ts';
import type { BenchSettings } from './settings.ts';

/** The rates of one kind of work, a value a round. */
export type Measured<Result> = { name: string; results: Result[] };

export type Measurements = {
  http: (Measured<LoadResult> & { kind: LoadJob['kind']; workers: number })[];
  /** None when pgbench is not installed. */
  pgbench: (Measured<{ perSecond: number; meanMs: number }> & { clients: number })[];
};

type Ground = {
  settings: BenchSettings;
  warmUpSeconds: number;
  database: BenchDatabase;
  servers: { workers: number; url: string }[];
  load: LoadProcess;
  directory: string;
};

/** How many payment requests there are for each second of POST: they take long to prepare, so a job may end early. */
export const tokensPerSecond = 1000;

/** Round after round, each kind of work once, so that what else the machine does falls on all of them alike. */
export async function measure(ground: Ground): Promise<Measurements> {
  const { settings } = ground;
  const measurements = {
    http: httpMeasurements(ground),
    pgbench: [] as Awaited<ReturnType<typeof pgbenchMeasurements>>,
  };
  for (const one of measurements.http) await one.run(ground.warmUpSeconds);
  measurements.pgbench = await pgbenchMeasurements(ground);
  for (let round = 1; round <= settings.rounds; round++) {
    process.stderr.write(`round ${round} of ${settings.rounds}\n`);
    for (const one of measurements.http) one.results.push(await one.run(settings.seconds));
    for (const one of measurements.pgbench) one.results.push(await one.run(settings.seconds));
  }
  return measurements;
}

function httpMeasurements({ servers, load, settings }: Ground) {
  const kinds = [
    { kind: 'put', name: 'PUT stored payment method' },
    { kind: 'post', name: 'POST payment instrument' },
  ] as const;
  return servers.flatMap(({ workers, url }) =>
    kinds.map(({ kind, name }) => ({
      kind,
      workers,
      name: `${name}, ${workers} HTTP process${workers === 1 ? '' : 'es'}`,
      results: [] as LoadResult[],
      run: (seconds: number) =>
        load.run({
          kind,
          url,
          seconds,
          most: kind === 'post' ? seconds * tokensPerSecond : Number.MAX_SAFE_INTEGER,
          connections: settings.connections,
        }),
    })),
  );
}

/** One statement without any walls is the strongest opponent; one inside them shows what the walls cost. */
async function pgbenchMeasurements({ database, settings, directory }: Ground) {
  const pgbench = findPgbench();
  if (pgbench === null) return [];
  const statementFile = join(directory, 'statement.sql');
  const walledFile = join(directory, 'walled.sql');
  await writeFile(statementFile, statementScript(settings.records));
  await writeFile(walledFile, walledScript(settings.records));
  const variables = await writtenValues(database);
  const asSuperuser = { databaseUrl: database.adminUrl, scriptFile: statementFile };
  const asServer = { databaseUrl: database.url, scriptFile: walledFile };
  const variants = [
    { name: 'superuser, no row security', clients: 16, options: asSuperuser },
    { name: 'superuser, no row security', clients: 64, options: asSuperuser },
    { name: 'as the server, SET LOCAL, pipelined', clients: 64, options: asServer },
  ];
  return variants.map(({ name, clients, options }) => ({
    name: `pgbench, ${clients} clients, ${name}`,
    clients,
    results: [] as { perSecond: number; meanMs: number }[],
    run: (seconds: number) => runPgbench(pgbench, { ...options, variables, clients, seconds }),
  }));
}
