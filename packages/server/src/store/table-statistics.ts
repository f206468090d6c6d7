import type { Database } from './database.ts';

/** Those that long work writes to. */
export const refreshedTables = [
  'customers',
  'customer_keys',
  'stored_payment_methods',
  'stored_payment_method_versions',
  'custom_field_terms',
];

/** A table that PostgreSQL looks at already, or that somebody has locked, is passed over: nobody waits for it. */
const analyze = { name: '', text: `ANALYZE (SKIP_LOCKED) ${refreshedTables.join(', ')}` };

/**
 * Lets PostgreSQL look at tables that many rows have just come to. Until then all indexes look alike to its planner, and
 * a list of 10,000 records was seen to take over 30 s. Before PostgreSQL 17 the server's role may not ask for it: there
 * PostgreSQL warns, does nothing, and looks by itself within a minute or so.
 */
export async function refreshTableStatistics(db: Database): Promise<void> {
  await db.untenanted(analyze, []);
}
