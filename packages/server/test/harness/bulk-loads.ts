import assert from 'node:assert/strict';
import { listResults, type RowResult } from '../../src/store/bulk-load-results.ts';
import { runBackgroundTasks } from './background-tasks.ts';
import type { Payee } from './main-job.ts';
import { bearer } from './main-job.ts';
import type { Answer, TestServer } from './server.ts';

type Calling = Pick<TestServer, 'call' | 'url'>;

/** Opens a load. Answers its id. */
export async function openLoad(server: Calling, tenant: Payee, order: object = {}): Promise<string> {
  const { status, body } = await server.call('POST', `/bulkLoads/${tenant.tenantId}`, {
    headers: bearer(tenant),
    body: { format: 'csv', ...order },
  });
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

/** Sends bytes as they are, which the JSON caller of the tests cannot. */
export async function sendPart(
  server: Calling,
  tenant: Payee,
  id: string,
  offset: number | string,
  bytes: Buffer | string,
): Promise<Answer> {
  const answer = await fetch(`${server.url}/bulkLoads/${tenant.tenantId}/${id}/content?offset=${offset}`, {
    method: 'PUT',
    headers: { ...bearer(tenant), 'content-type': 'application/octet-stream' },
    body: new Uint8Array(Buffer.from(bytes)),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

export const startLoad = (server: Calling, tenant: Payee, id: string): Promise<Answer> =>
  server.call('POST', `/bulkLoads/${tenant.tenantId}/${id}/start`, { headers: bearer(tenant) });

export async function readLoad(server: Calling, tenant: Payee, id: string): Promise<Record<string, any>> {
  const { status, body } = await server.call('GET', `/bulkLoads/${tenant.tenantId}/${id}`, { headers: bearer(tenant) });
  assert.equal(status, 200);
  return body;
}

/** A load of this file from its opening to its end, in the state that it ends in. */
export async function load(
  server: TestServer,
  tenant: Payee,
  file: Buffer | string,
  order: object = {},
): Promise<Record<string, any>> {
  const id = await openLoad(server, tenant, order);
  const { status, body } = await sendPart(server, tenant, id, 0, file);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal((await startLoad(server, tenant, id)).body.state, 'uploaded');
  await runBackgroundTasks(server, tenant.tenantId);
  return readLoad(server, tenant, id);
}

export const columns = {
  account: 'merchant_account_tokens[0].merchant_account_id',
  token: 'merchant_account_tokens[0].token',
};

/** The cells of a row that loads a card, by column. */
export const cellsOf = (tenant: Payee, externalId: string, overrides: object = {}): Record<string, string> => ({
  contact_id: tenant.contactId,
  credit_card_type: 'visa',
  last_four_digits: '4242',
  [columns.account]: tenant.merchantAccountId,
  [columns.token]: `tok_${externalId}`,
  name: 'Card',
  name_on_account: 'Ada Test',
  type: 'credit card',
  expires: '2034-12',
  sys_external_id: externalId,
  ...overrides,
});

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** A CSV file of rows that all have the columns of the first. */
export const csv = (rows: readonly Readonly<Record<string, string>>[]): string => {
  const names = Object.keys(rows[0] ?? {});
  return [names, ...rows.map((row) => names.map((name) => row[name] ?? ''))]
    .map((cells) => `${cells.map(quoted).join(',')}\n`)
    .join('');
};

export const loadRows = (
  server: TestServer,
  tenant: Payee,
  rows: readonly Readonly<Record<string, string>>[],
  order: object = {},
): Promise<Record<string, any>> => load(server, tenant, csv(rows), order);

/** What came of each row, as it is kept. */
export const resultsOf = ({ services }: TestServer, tenant: Payee, id: string): Promise<RowResult[]> =>
  listResults(services.db, tenant.tenantId, id, 0, 10_000);
