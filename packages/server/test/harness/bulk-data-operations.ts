import assert from 'node:assert/strict';
import { runBackgroundTasks } from './background-tasks.ts';
import type { Answer } from './http-caller.ts';
import { bearer, getRecord, type Payee, type Reachable, recordBody } from './main-job.ts';
import type { TestServer } from './server.ts';

type Body = Record<string, any>;

const call = (server: Reachable, tenant: Payee, method: string, path: string, body?: object): Promise<Answer> =>
  server.call(method, `/bulkDataOperations/${tenant.tenantId}${path}`, {
    headers: bearer(tenant),
    ...(body ? { body } : {}),
  });

export const orderOperation = (server: Reachable, tenant: Payee, order: object): Promise<Answer> =>
  call(server, tenant, 'POST', '', order);
export const previewOperation = (server: Reachable, tenant: Payee, order: object): Promise<Answer> =>
  call(server, tenant, 'POST', '/preview', order);
export const undoOperation = (server: Reachable, tenant: Payee, id: string): Promise<Answer> =>
  call(server, tenant, 'POST', `/${id}/undo`, {});
export const cancelOperation = (server: Reachable, tenant: Payee, id: string): Promise<Answer> =>
  call(server, tenant, 'POST', `/${id}/cancel`);
export const getOperation = async (server: Reachable, tenant: Payee, id: string): Promise<Body> =>
  (await call(server, tenant, 'GET', `/${id}`)).body;
export const conflictsOf = async (server: Reachable, tenant: Payee, id: string): Promise<Body[]> =>
  (await call(server, tenant, 'GET', `/${id}/conflicts`)).body.Items;

/** Does what was ordered, as the worker would. Answers the operation when it is over. */
export async function finish(server: TestServer, tenant: Payee, ordered: Promise<Answer>): Promise<Body> {
  const { status, body } = await ordered;
  assert.equal(status, 202, JSON.stringify(body));
  await runBackgroundTasks(server, tenant.tenantId);
  return getOperation(server, tenant, body.id);
}

/** An operation that is ordered, done and over. */
export const operate = (server: TestServer, tenant: Payee, order: object): Promise<Body> =>
  finish(server, tenant, orderOperation(server, tenant, order));

/** How many records an operation put into each of its outcomes. */
export const counts = ({ state, selected, changed, unchanged, failed, skipped }: Body): object => ({
  state,
  selected,
  changed,
  unchanged,
  failed,
  ...(skipped ? { skipped } : {}),
});

/** Puts records on file, a hundred in a request. Answers them in the order of their ids. */
export async function createRecords(
  server: Reachable,
  tenant: Payee,
  many: number,
  bodyOf: (n: number) => object = () => ({}),
): Promise<Body[]> {
  const records: Body[] = [];
  while (records.length < many) {
    const operations = Array.from({ length: Math.min(100, many - records.length) }, (_, n) => ({
      method: 'POST',
      body: recordBody(tenant, bodyOf(records.length + n)),
    }));
    const { body } = await server.call('POST', `/storedPaymentMethods/${tenant.tenantId}/batch`, {
      headers: bearer(tenant),
      body: { operations },
    });
    assert.equal(body.error_count, 0, JSON.stringify(body.results[0]));
    records.push(...body.results.map((result: Body) => result['body']));
  }
  return records;
}

export const readRecord = async (server: Reachable, tenant: Payee, id: string): Promise<Body> =>
  (await getRecord(server, tenant, id)).body;

export const rename = (name: string): object[] => [{ op: 'replace', path: '/name', value: name }];

/** The server, with something that happens between the judging of an operation's first stretches and their writing. */
export function beforeStretches(server: TestServer, first: number, happens: () => Promise<unknown>): TestServer {
  const { services } = server;
  let left = first;
  const db: typeof services.db = {
    ...services.db,
    transaction: (tenantId, work) =>
      services.db.transaction(tenantId, (tx) =>
        work({
          ...tx,
          async query(statement, values) {
            if (statement.name === 'apply-record-changes' && left-- > 0) await happens();
            return tx.query(statement, values);
          },
        }),
      ),
  };
  return { ...server, services: { ...services, db } };
}
