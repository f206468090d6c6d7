import { execFile } from 'node:child_process';
import { accessSync, constants, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type PgbenchResult = { perSecond: number; meanMs: number };

export const pgbenchMissing =
  'pgbench was not found, so there is no ratio: on Debian and Ubuntu it is in the package postgresql-contrib ' +
  '(postgresql-client-common finds it), on Fedora in postgresql-contrib, in Homebrew in postgresql';

/** Where pgbench is: on the PATH, or where Debian puts it; null when it is not installed. */
export function findPgbench(): string | null {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, 'pgbench'));
  const installed = globSync('/usr/lib/postgresql/*/bin/pgbench').toSorted().toReversed();
  return [...onPath, ...installed].find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function pgbenchVersion(pgbench: string): Promise<string> {
  return (await run(pgbench, ['--version'])).stdout.trim();
}

/**
 * Runs a script with prepared statements and answers its rate. Throws when a transaction failed: a rate with errors in
 * it would flatter nobody.
 */
export async function runPgbench(
  pgbench: string,
  options: {
    databaseUrl: string;
    scriptFile: string;
    variables: Record<string, string>;
    clients: number;
    seconds: number;
  },
): Promise<PgbenchResult> {
  const variables = Object.entries(options.variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]);
  const counts = ['-c', String(options.clients), '-j', '1', '-T', String(options.seconds)];
  const args = ['-n', '-M', 'prepared', ...counts, ...variables, '-f', options.scriptFile];
  const stdout = await run(pgbench, args, { env: environmentOf(options.databaseUrl) }).then(
    (result) => result.stdout,
    (error: { stderr?: string }) => {
      // Without the command, which holds pages of bytes.
      throw new Error(`pgbench failed: ${error.stderr?.trim()}`);
    },
  );
  const figure = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1] ?? Number.NaN);
  const failed = figure(/failed transactions: (\d+)/);
  if (failed > 0) throw new Error(`pgbench: ${failed} transactions failed`);
  return { perSecond: figure(/^tps = ([\d.]+)/m), meanMs: figure(/^latency average = ([\d.]+)/m) };
}

function environmentOf(databaseUrl: string): NodeJS.ProcessEnv {
  const url = new URL(databaseUrl);
  return {
    PATH: process.env['PATH'],
    PGHOST: url.hostname,
    PGPORT: url.port,
    PGUSER: url.username,
    PGPASSWORD: url.password,
    PGDATABASE: url.pathname.slice(1),
  };
}
