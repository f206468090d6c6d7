import type { Client } from 'pg';
import { type EmbeddedPostgres, serverRole } from '../embedded-postgres/launcher.ts';
import { openDatabase } from '../store/database.ts';
import { numberAllEvents } from '../store/event-numbers.ts';
import { migrate } from '../store/migrate.ts';
import { connectForCopying } from '../store/table-copy.ts';
import { listTenantIds } from '../store/tenants.ts';
import type { Begin, End } from './contents.ts';
import { assertLoaded, beginLoad, type DatabaseLoad } from './load-database.ts';

/** A new, empty embedded database that takes over the contents of another one. */
export type FilledDatabase = {
  begin(begin: Begin): Promise<void>;
  table(name: string, lines: Buffer): Promise<void>;
  /** Checks what was filled in, and brings it to the schema of this Onfile. */
  finish(end: End): Promise<void>;
  /** Leaves the connection; whatever was not finished is rolled back. */
  close(): Promise<void>;
};

export type EmptyDatabase = Pick<EmbeddedPostgres, 'url' | 'migrationUrl' | 'adminUrl'>;

/** The superuser's address of Onfile's own database. */
export function adminUrlOf({ adminUrl, url }: Pick<EmptyDatabase, 'adminUrl' | 'url'>): string {
  const address = new URL(adminUrl);
  address.pathname = new URL(url).pathname;
  return address.href;
}

/**
 * Makes the schema that the contents are of, fills it, and only then applies the later migrations, as they would have
 * been applied to the database that was copied.
 */
export async function fillDatabase(database: EmptyDatabase): Promise<FilledDatabase> {
  const client: Client = await connectForCopying(adminUrlOf(database));
  const { migrationUrl } = database;
  let begun: { begin: Begin; load: DatabaseLoad } | null = null;
  return {
    async begin(begin) {
      await migrate({ migrationUrl, serverRole, through: begin.migrations.length });
      begun = { begin, load: await beginLoad(client, begin.tables) };
    },
    async table(name, lines) {
      await begun?.load.write(name, lines);
    },
    async finish(end) {
      if (!begun) throw new Error('the contents have no beginning');
      await begun.load.finish(end.sequences);
      await assertLoaded(client, begun.begin.tables, end);
      await migrate({ migrationUrl, serverRole });
      await numberEvents(database.url);
    },
    close: () => client.end().catch(() => undefined),
  };
}

/** This server counts its transactions from the start: what waits for a number comes before whatever it will write. */
async function numberEvents(url: string): Promise<void> {
  const db = openDatabase({ url, connections: 1, onError: () => {} });
  try {
    for (const tenantId of await listTenantIds(db)) await numberAllEvents(db, tenantId);
  } finally {
    await db.close();
  }
}
