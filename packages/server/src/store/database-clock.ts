import type { Database } from './database.ts';

const readTime = { name: 'read-clock', text: 'SELECT clock_timestamp() AS at' };

/** What time the database has. */
export async function readDatabaseClock(db: Database): Promise<Date> {
  const [row] = await db.untenanted<{ at: Date }>(readTime, []);
  if (!row) throw new Error('the database did not say what time it has');
  return row.at;
}
