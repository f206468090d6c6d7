import type { Database, Statement, Transaction } from './database.ts';

/**
 * Plans are kept, and a table that grew just now has no statistics: without this a statement over a long list may read
 * all of it for each page. Holds until the transaction ends.
 */
const planByIndex: Statement = { name: 'plan-by-index', text: 'SET LOCAL enable_seqscan = off' };

/** Runs a statement in a transaction in which every statement from now on is planned to go by an index. */
export async function queryByIndex<Row extends object>(
  tx: Transaction,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const [, rows] = await Promise.all([tx.query(planByIndex, []), tx.query<Row>(statement, values)]);
  return rows;
}

/** The same in a transaction of its own. */
export const singleByIndex = <Row extends object>(
  db: Database,
  tenantId: string,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> => db.transaction(tenantId, (tx) => queryByIndex<Row>(tx, statement, values));
