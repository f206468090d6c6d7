import type { Statement } from '../../src/store/database.ts';
import type { TestServer } from './server.ts';

/** What a process keeps at hand for a while, so that it is read by one request and not by the next. */
const keptAtHand = new Set([
  'read-api-key',
  'read-client',
  'read-tenant',
  'read-tenant-keys',
  'read-signing-keys',
  'read-issuers',
  'read-all-custom-fields',
]);

/**
 * Notes the statements that the server sends to its database; the function that comes back answers those since it was
 * last asked. Two requests that send the same ones take the same time, which no stopwatch of a busy machine could tell.
 */
export function watchStatements({ services: { db } }: TestServer): () => string[] {
  let sent: string[] = [];
  const note = ({ name, text }: Statement): void => {
    if (!keptAtHand.has(name)) sent.push(name || text);
  };
  const unwatched = { ...db };
  db.single = <Row extends object>(tenantId: string, statement: Statement, values: readonly unknown[]) => {
    note(statement);
    return unwatched.single<Row>(tenantId, statement, values);
  };
  db.untenanted = <Row extends object>(statement: Statement, values: readonly unknown[]) => {
    note(statement);
    return unwatched.untenanted<Row>(statement, values);
  };
  db.transaction = (tenantId, work) =>
    unwatched.transaction(tenantId, (tx) =>
      work({
        tenantId: tx.tenantId,
        query: <Row extends object>(statement: Statement, values: readonly unknown[]) => {
          note(statement);
          return tx.query<Row>(statement, values);
        },
        copy: (text, data) => tx.copy(text, data),
      }),
    );
  return () => {
    const taken = sent.toSorted();
    sent = [];
    return taken;
  };
}
