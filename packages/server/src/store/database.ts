import { type CustomTypesConfig, DatabaseError, Pool, type PoolClient, types as pgTypes, type QueryResult } from 'pg';
import { isTracing } from '../telemetry/tracing.ts';
import { CopyQuery } from './copy-query.ts';
import { QueueTime } from './queue-time.ts';
import { tracedDatabase } from './traced-database.ts';
import { refuseUnavailable, unavailable } from './unavailable.ts';

/** A statement with a name is prepared once per connection; its name must change when its text does. */
export type Statement = { name: string; text: string };

/** One tenant's transaction: row security lets it see nothing of any other. */
export type Transaction = {
  readonly tenantId: string;
  query<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /** Sends `data` to a `COPY … FROM STDIN`. Nothing else of the transaction may be under way. */
  copy(text: string, data: Buffer): Promise<void>;
};

export type Database = {
  /** Runs `work` in one transaction of one tenant and commits; rolls back when it throws. */
  transaction<Result>(tenantId: string, work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** One statement in a transaction of its own, in a single round trip. */
  single<Row extends object>(tenantId: string, statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /** A statement that belongs to no tenant: the tenants' directory, sequences, health. */
  untenanted<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /** SQL of a library with tables of its own, one statement or several; belongs to no tenant either. */
  verbatim(text: string, values?: unknown[]): Promise<QueryResult>;
  /** How long it let requests wait for their turn. */
  readonly waits: QueueTime;
  close(): Promise<void>;
};

export const tenantIdPattern = '^[a-z0-9][a-z0-9-]{1,62}$';
const validTenantId = new RegExp(tenantIdPattern);

/** A literal, because a bound parameter or `set_config()` does not reach the workers of a sharded database. */
function beginFor(tenantId: string): string {
  if (!validTenantId.test(tenantId)) throw new Error('not a tenant id');
  return `BEGIN; SET LOCAL app.tenant_ids = '${tenantId}'`;
}

type TypeOid = Parameters<typeof pgTypes.getTypeParser>[0];

/** Our 64-bit integers stay below 2^53, and a date is a day, not an instant. */
const types: CustomTypesConfig = {
  getTypeParser(oid: TypeOid) {
    if (oid === pgTypes.builtins.INT8) return Number;
    if (oid === pgTypes.builtins.DATE) return (text: string) => text;
    return pgTypes.getTypeParser(oid);
  },
};

/** Longer than any statement of ours takes: a server that stopped answering does not hold requests for good. */
const answerMs = 30_000;

/**
 * Opens a pool of connections that pipeline: a statement does not wait for the answer to the one before it. Each of its
 * operations throws `errormessage.unavailable` when the database cannot be reached or goes away.
 */
export function openDatabase(options: {
  url: string;
  connections: number;
  onError: (error: Error) => void;
}): Database & { pool: Pool } {
  const pool = new Pool({
    connectionString: options.url,
    max: options.connections,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    query_timeout: answerMs,
    application_name: 'onfile',
    pipeline: true,
    types,
  });
  const waits = new QueueTime();
  let closing = false;
  pool.on('error', (error) => {
    // A closed pool lets go of its connections before they have ended.
    if (!closing) options.onError(error);
  });
  // The pool listens on idle connections only. One in use tells its statements too, but unheard it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));

  /** No connection to be had is no fault of the statement, whatever the reason. */
  const connect = async (): Promise<PoolClient> => {
    const endWait = waits.begin();
    try {
      return await pool.connect();
    } catch (error) {
      throw unavailable(error);
    } finally {
      endWait();
    }
  };
  const send = (client: PoolClient, text: string): Promise<unknown> => client.query(text).catch(refuseUnavailable);
  const run = async <Row extends object>(
    client: PoolClient,
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> => (await client.query<Row>({ ...statement, values: [...values] }).catch(refuseUnavailable)).rows;

  const copy = async (client: PoolClient, text: string, data: Buffer): Promise<void> => {
    const query = new CopyQuery(text, data);
    client.query(query);
    await query.done.catch(refuseUnavailable);
  };

  const database: Database & { pool: Pool } = {
    pool,
    waits,
    async transaction(tenantId, work) {
      const begin = beginFor(tenantId);
      const client = await connect();
      let broken: Error | undefined;
      try {
        const begun = send(client, begin);
        begun.catch(() => undefined);
        const result = await work({
          tenantId,
          query: (statement, values) => run(client, statement, values),
          copy: (text, data) => copy(client, text, data),
        });
        await begun;
        await send(client, 'COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((failure: Error) => {
          broken = failure;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async single(tenantId, statement, values) {
      const begin = beginFor(tenantId);
      const client = await connect();
      let broken: Error | undefined;
      try {
        const [begun, answered, committed] = await Promise.allSettled([
          send(client, begin),
          run<never>(client, statement, values),
          send(client, 'COMMIT'),
        ]);
        for (const settled of [begun, answered, committed]) {
          if (settled.status === 'rejected') {
            if (!isSqlError(settled.reason)) broken = settled.reason as Error;
            throw settled.reason;
          }
        }
        return answered.status === 'fulfilled' ? answered.value : [];
      } finally {
        client.release(broken);
      }
    },
    async untenanted(statement, values) {
      const client = await connect();
      try {
        return await run(client, statement, values);
      } finally {
        client.release();
      }
    },
    async verbatim(text, values) {
      const client = await connect();
      let broken: Error | undefined;
      try {
        return await client.query(text, values).catch(refuseUnavailable);
      } catch (error) {
        // It may have begun a transaction that is still open.
        broken = error as Error;
        throw error;
      } finally {
        client.release(broken);
      }
    },
    close() {
      closing = true;
      return pool.end();
    },
  };
  return isTracing() ? tracedDatabase(database, URL.parse(options.url)?.pathname.slice(1) ?? '') : database;
}

/** The five-character SQLSTATE of an error that PostgreSQL answered with, null for a lost connection and the like. */
export function sqlState(error: unknown): string | null {
  const code = error instanceof DatabaseError ? error.code : undefined;
  return code && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** Whether PostgreSQL itself answered with an error, so that nothing of the transaction was applied. */
export const isSqlError = (error: unknown): boolean => sqlState(error) !== null;
