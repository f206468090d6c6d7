import { resolve } from 'node:path';
import { Command } from 'commander';
import { upgradeDatabase } from '../backup/upgrade-database.ts';
import { readConfig } from '../config.ts';
import type { Answer, Keep } from './answer.ts';
import { CommandFailure } from './failure.ts';
import { progressBar } from './progress-bar.ts';

const counted = new Intl.NumberFormat('en');

type Options = { oldBinaries?: string };

/** `onfile upgrade-database`: brings the embedded database of a stopped server over to this Onfile's PostgreSQL. */
export const upgradeDatabaseCommand = (keep: Keep): Command =>
  new Command('upgrade-database')
    .description('bring the embedded database of a stopped server over to the PostgreSQL of this Onfile')
    .option('--old-binaries <directory>', 'the npm package of the PostgreSQL that made the database')
    .action(async ({ oldBinaries }: Options) => {
      keep(await upgrade(oldBinaries === undefined ? undefined : resolve(oldBinaries)));
    });

async function upgrade(oldPackage: string | undefined): Promise<Answer> {
  const config = readConfig();
  if (config.databaseUrl !== null) {
    throw new CommandFailure('usage', 'DATABASE_URL names a PostgreSQL of your own, which its own tools upgrade.');
  }
  const bar = progressBar();
  const onRows = (rows: number) => bar.show('copying', rows, undefined, `${counted.format(rows)} rows`);
  try {
    const outcome = await upgradeDatabase({ dataDir: config.dataDir, oldPackage, onRows });
    if (outcome === null) return { document: { upgraded: false }, text: 'There is nothing to upgrade.' };
    const { from, to, rows, keptDirectory } = outcome;
    return {
      document: { upgraded: true, ...outcome },
      text: `The database is now one of PostgreSQL ${to}; all ${counted.format(rows)} rows were read back.
The one of PostgreSQL ${from} is kept in ${keptDirectory}; remove it once the server has started.`,
    };
  } finally {
    bar.end();
  }
}
