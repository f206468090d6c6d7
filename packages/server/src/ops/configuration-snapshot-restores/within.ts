import type { Context } from '../../context.ts';
import type { Database, Transaction } from '../../store/database.ts';

/**
 * The same context, whose `db` reads and writes inside a transaction that is committed with more than its operations do.
 * What the context itself reads or remembers (`readCustomer`, `customFieldsOf`, …) is as it was committed before.
 */
export function within(ctx: Context, tx: Transaction): Context {
  const inside = (tenantId: string): Transaction => {
    if (tenantId !== tx.tenantId) throw new Error('a transaction is of one tenant');
    return tx;
  };
  const db: Database = {
    ...ctx.db,
    transaction: async (tenantId, work) => work(inside(tenantId)),
    single: async (tenantId, statement, values) => inside(tenantId).query(statement, values),
  };
  return { ...ctx, db, keepAnswer: () => undefined };
}
