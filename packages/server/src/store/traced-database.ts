import { inSpan } from '../telemetry/tracing.ts';
import type { Database, Transaction } from './database.ts';

/**
 * The same database with a span for each transaction and statement. It says the statement's name, never its text or
 * values, in the words of OpenTelemetry's conventions for databases.
 */
export function tracedDatabase<Traced extends Database>(db: Traced, namespace: string): Traced {
  const attributes = { 'db.system.name': 'postgresql', 'db.namespace': namespace };
  const statement = <Result>(name: string, run: () => Promise<Result>): Promise<Result> =>
    inSpan(name, { kind: 'client', attributes: { ...attributes, 'db.operation.name': name } }, run);

  const tracedTransaction = (tx: Transaction): Transaction => ({
    tenantId: tx.tenantId,
    query: (asked, values) => statement(asked.name, () => tx.query(asked, values)),
    copy: (text, data) => statement('copy', () => tx.copy(text, data)),
  });
  const traced: Omit<Database, 'waits' | 'close'> = {
    transaction: (tenantId, work) =>
      inSpan('transaction', { kind: 'internal', attributes }, () =>
        db.transaction(tenantId, (tx) => work(tracedTransaction(tx))),
      ),
    single: (tenantId, asked, values) => statement(asked.name, () => db.single(tenantId, asked, values)),
    untenanted: (asked, values) => statement(asked.name, () => db.untenanted(asked, values)),
    verbatim: (text, values) => statement('job-queue', () => db.verbatim(text, values)),
  };
  return { ...db, ...traced };
}
