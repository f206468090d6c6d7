import { Client } from 'pg';
import type { TestServer } from './server.ts';

/** A row that the test holds on to, so that requests meet where it wants them to. */
export type RowLock = {
  /** Resolves once so many statements of the server wait for a lock. */
  awaited(by: number): Promise<void>;
  release(): Promise<void>;
};

const waiting = `
  SELECT count(*)::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'onfile' AND wait_event_type = 'Lock'`;

/** Locks the rows that a SELECT finds, until they are released. */
export async function lockRows(server: TestServer, select: string, values: readonly unknown[]): Promise<RowLock> {
  const client = new Client({ connectionString: server.database.adminUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query(`${select} FOR UPDATE`, [...values]);
  return {
    async awaited(by) {
      const watch = new Client({ connectionString: server.database.adminUrl });
      await watch.connect();
      try {
        const deadline = Date.now() + 20_000;
        for (;;) {
          const { rows } = await watch.query<{ count: number }>(waiting);
          if ((rows[0]?.count ?? 0) >= by) return;
          if (Date.now() > deadline) throw new Error(`fewer than ${by} statements wait for the lock`);
        }
      } finally {
        await watch.end();
      }
    },
    async release() {
      await client.query('COMMIT');
      await client.end();
    },
  };
}
