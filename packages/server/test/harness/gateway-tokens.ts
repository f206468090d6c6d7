import { ConnectorError } from '../../src/connectors/connector.ts';
import { runTokenTasks } from '../../src/ops/gateway-tokens/run-task.ts';
import { changeConnector } from './gateway.ts';
import type { Answer } from './http-caller.ts';
import { query } from './look-inside.ts';
import { bearer } from './main-job.ts';
import type { TestServer, TestTenant } from './server.ts';

/** A gateway that a test can make fail at some merchant accounts, and that remembers what it was asked to do. */
export type WatchedGateway = {
  /** Merchant accounts whose gateway fails at every call. */
  failing: Set<string>;
  /** Merchant accounts at which something was tokenised, and the tokens retired, in order. */
  tokenized: string[];
  retired: string[];
  /** What happens while the gateway tokenises. */
  meanwhile: () => Promise<unknown>;
};

export function watchGateway(server: TestServer): WatchedGateway {
  const watched: WatchedGateway = { failing: new Set(), tokenized: [], retired: [], meanwhile: async () => {} };
  const reach = ({ merchantAccountId }: { merchantAccountId: string }) => {
    if (watched.failing.has(merchantAccountId)) throw new ConnectorError('down');
  };
  changeConnector(server, (simulated) => ({
    async tokenize(account, instrument, signal) {
      reach(account);
      watched.tokenized.push(account.merchantAccountId);
      await watched.meanwhile();
      return simulated.tokenize(account, instrument, signal);
    },
    async retireToken(account, token) {
      reach(account);
      watched.retired.push(token.reveal());
    },
  }));
  return watched;
}

/** A merchant account beside the tenant's first. Answers its id. */
export async function addMerchantAccount(server: TestServer, tenant: TestTenant, name: string): Promise<string> {
  const { body } = await server.call('POST', `/merchantAccounts/${tenant.tenantId}`, {
    headers: bearer(tenant),
    body: { name },
  });
  return body.id;
}

/** The ids of the tenant's tasks that are still to be done, the oldest first. */
export async function pendingTasks(server: TestServer, { tenantId }: TestTenant): Promise<string[]> {
  const rows = await query<{ task_id: string }>(
    server,
    `SELECT task_id FROM token_tasks WHERE tenant_id = $1 AND state = 'pending' ORDER BY created_at, task_id`,
    [tenantId],
  );
  return rows.map((row) => row.task_id);
}

/** One attempt at one task, as the worker makes it. Throws what the worker would log. */
export async function runTokenTask(
  { services }: TestServer,
  tenantId: string,
  taskId: string,
): Promise<'over' | 'again' | undefined> {
  const failures: unknown[] = [];
  const outcomes = await runTokenTasks(services, tenantId, [taskId], (error) => failures.push(error));
  if (failures.length > 0) throw failures[0];
  return outcomes.get(taskId);
}

/** One attempt at each of the tenant's tasks, as the worker makes it. Answers what came out. */
export async function workOnce(server: TestServer, tenant: TestTenant): Promise<('over' | 'again' | undefined)[]> {
  const ends: ('over' | 'again' | undefined)[] = [];
  for (const taskId of await pendingTasks(server, tenant)) {
    ends.push(await runTokenTask(server, tenant.tenantId, taskId));
  }
  return ends;
}

/** `GET …/tokens`. */
export const readTokens = (server: TestServer, tenant: TestTenant, recordId: string): Promise<Answer> =>
  server.call('GET', `/storedPaymentMethods/${tenant.tenantId}/${recordId}/tokens`, { headers: bearer(tenant) });

/** The same as `account: status`, with the reason where there is one. */
export async function standing(server: TestServer, tenant: TestTenant, recordId: string): Promise<string[]> {
  const { body } = await readTokens(server, tenant, recordId);
  const items: { merchant_account_id: string; status: string; reason?: string }[] = body.Items;
  return items.map(({ merchant_account_id, status, reason }) =>
    [merchant_account_id, status, ...(reason ? [reason] : [])].join(' '),
  );
}
