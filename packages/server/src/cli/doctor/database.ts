import type { Config } from '../../config.ts';
import { findEmbeddedPostgres } from '../../embedded-postgres/launcher.ts';
import { assertServerRole } from '../../store/assert-server-role.ts';
import { openDatabase } from '../../store/database.ts';
import { readDatabaseClock } from '../../store/database-clock.ts';
import { assertMigrated } from '../../store/migrate.ts';
import { bad, examine, type Finding, unknown } from './finding.ts';

type Opened = ReturnType<typeof openDatabase>;

const mostSkewMs = 2_000;
const isThere = { name: 'doctor-reach', text: 'SELECT 1' };
const notReached = 'The database cannot be reached.';

/** The database of the installation, opened for those who look on; null when there is none to be had. */
export async function openExaminedDatabase(config: Config): Promise<Opened | null> {
  const url = config.databaseUrl ?? (await findEmbeddedPostgres(config.dataDir))?.url;
  return url === undefined ? null : openDatabase({ url, connections: 1, onError: () => {} });
}

/** Whether the database can be worked with: reached, walled by row security, up to date and at the right time. */
export async function examineDatabase(config: Config, db: Opened | null): Promise<Finding[]> {
  const reached = db
    ? await examine('database', 'Check DATABASE_URL, and that PostgreSQL runs there.', async () => {
        await db.untenanted(isThere, []);
        return config.databaseUrl ? 'The database of DATABASE_URL answers.' : 'The embedded database answers.';
      })
    : bad('database', `No server runs on ${config.dataDir}.`, 'Start it with npm start, or set DATABASE_URL.');
  if (!db || reached.state !== 'good') {
    return [reached, ...['row security', 'migrations', 'clock'].map((check) => unknown(check, notReached))];
  }
  return [
    reached,
    await examine('row security', 'Let DATABASE_URL name a role without special rights.', async () => {
      return `It binds the role ${await assertServerRole(db.pool)}.`;
    }),
    await examine('migrations', 'Start the server, which applies them.', async () => {
      await assertMigrated(db.pool);
      return 'The schema is the one that this Onfile was made for.';
    }),
    await examine('clock', 'Let both machines keep time by NTP.', () => compareClocks(db)),
  ];
}

/** The middle of the question is when the answer was given, give or take half of the way. */
async function compareClocks(db: Opened): Promise<string> {
  const asked = Date.now();
  const theirs = await readDatabaseClock(db);
  const skew = theirs.getTime() - (asked + Date.now()) / 2;
  const found = `The database's clock differs by ${Math.abs(Math.round(skew))} ms`;
  if (Math.abs(skew) > mostSkewMs) throw new Error(`${found}; let both machines keep time by NTP`);
  return `${found}.`;
}
