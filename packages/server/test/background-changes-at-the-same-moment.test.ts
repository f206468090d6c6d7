import { after, before, describe, it } from 'node:test';
import { finish, operate, orderOperation, rename, undoOperation } from './harness/bulk-data-operations.ts';
import { csv, load } from './harness/bulk-loads.ts';
import { withNewCustomer } from './harness/gateway.ts';
import { bearer, createRecord, getRecord, putRecord } from './harness/main-job.ts';
import { assertOneOfThem, type Rivals } from './harness/rivals.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

type Record = globalThis.Record<string, any>;

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const test = (name: string) => ({ op: 'test', path: '/name', value: name });

/** As if it had been asked for alone. */
const answerOf = (changed: number, body: Record): Answer => ({
  status: changed === 1 ? 200 : 409,
  headers: new Headers(),
  body,
});

const other = (ada: TestTenant, { id }: Record, name: string): Promise<Answer> =>
  server.call('PATCH', `/storedPaymentMethods/acme/${id}`, {
    headers: bearer(ada),
    body: [test(name), ...rename('Other')],
  });

async function bulkChange(): Promise<Rivals> {
  const ada = await withNewCustomer(server, acme);
  const record = await createRecord(server, ada);
  const filter = { contact_id: ada.contactId };
  const order = { kind: 'change', filter, patch: [test('Work card'), ...rename('Changed')] };
  return {
    async change() {
      const done = await operate(server, ada, order);
      return answerOf(done['changed'], done);
    },
    other: () => other(ada, record, 'Work card'),
  };
}

async function bulkUndo(): Promise<Rivals> {
  const ada = await withNewCustomer(server, acme);
  const { id } = await createRecord(server, ada);
  const order = { kind: 'change', filter: { contact_id: ada.contactId }, patch: rename('Changed') };
  const done = await finish(server, ada, orderOperation(server, ada, order));
  return {
    async change() {
      const undone = await finish(server, ada, undoOperation(server, ada, done['id']));
      return answerOf(undone['changed'], undone);
    },
    other: () => other(ada, { id }, 'Changed'),
  };
}

async function bulkLoad(): Promise<Rivals> {
  const ada = await withNewCustomer(server, acme);
  const record = await createRecord(server, ada);
  const file = csv([{ id: record['id'], sys_version: '1', name: 'Changed' }]);
  return {
    async change() {
      const loaded = await load(server, ada, file);
      return answerOf(loaded['updated'], loaded);
    },
    async other() {
      const { body } = await getRecord(server, ada, record['id']);
      return body.sys_version === 1 ? putRecord(server, ada, { ...body, name: 'Other' }) : answerOf(0, body);
    },
  };
}

describe('of a change in the background and one of a request that are based on the same version one takes effect:', () => {
  it('a bulk change whose patch tests what it changes', () => assertOneOfThem(server, bulkChange));
  it('the undoing of a bulk change', () => assertOneOfThem(server, bulkUndo));
  it('a row of a bulk load that names the version', () => assertOneOfThem(server, bulkLoad));
});
