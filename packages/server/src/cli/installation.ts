import { userInfo } from 'node:os';
import { readConfig } from '../config.ts';
import { type Caller, createServices, type Services } from '../context.ts';
import { scopes } from '../contract/scopes.ts';
import { findEmbeddedPostgres } from '../embedded-postgres/launcher.ts';
import { assertMasterKey } from '../keys/assert-master-key.ts';
import { openMasterKey } from '../keys/open-master-key.ts';
import { openDatabase } from '../store/database.ts';
import { CommandFailure } from './failure.ts';

/**
 * Works on the installation that DATABASE_URL or DATA_DIR names, which must be running, and closes what it opened.
 * Throws `CommandFailure` when none runs there.
 */
export async function withServices<Result>(work: (services: Services) => Promise<Result>): Promise<Result> {
  const config = readConfig();
  const url = config.databaseUrl ?? (await findEmbeddedPostgres(config.dataDir))?.url;
  if (url === undefined) {
    throw new CommandFailure(
      'not-running',
      `No Onfile server is running on ${config.dataDir}. Start it with npm start, or name its directory with DATA_DIR or its database with DATABASE_URL.`,
    );
  }
  const masterKey = await openMasterKey(config, false);
  // A lost connection fails the statement that waits for it, so nothing is left to report.
  const db = openDatabase({ url, connections: 2, onError: () => {} });
  const connectorOf = (): never => {
    throw new Error('the command line talks to no gateway');
  };
  try {
    await assertMasterKey(db, masterKey);
    return await work(createServices({ config, db, masterKey, connectorOf }));
  } finally {
    await db.close();
  }
}

/** Whoever may read the master key may do everything; the audit names the account of the operating system. */
export const commandLineCaller = (): Caller => ({
  kind: 'command-line',
  id: accountName(),
  scopes: new Set(scopes),
});

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as an account that has no name.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
