import { setTimeout as delay } from 'node:timers/promises';
import { readPatiently } from '../client.ts';
import { recordPath } from '../load/record-client.ts';
import type { Findings } from './findings.ts';
import { forAll, type Subject } from './subject.ts';

const pauseMs = 500;
/** A task that nobody was told of is put into the queue by the sweep, twice a minute. */
const sweepMs = 90_000;

type Task = { id: string; kind: string; state: string; reason: string | null; recordId: string | null; jobs: number };

/** What is still to be done at gateways, with how many jobs the queue has for each. */
const tasksLeft = `
  SELECT t.task_id AS id, t.kind, t.state, t.reason, t.record_id AS "recordId", (
    SELECT count(*)::int FROM onfile_jobs.job j
    WHERE j.data->>'taskId' = t.task_id::text AND j.state IN ('created', 'retry', 'active')
  ) AS jobs
  FROM token_tasks t WHERE t.tenant_id = $1`;

/** The records that accounts bill, which each merchant account has to have a token for. */
const billed = `
  SELECT account_method_id AS id FROM customers WHERE tenant_id = $1 AND account_method_id IS NOT NULL`;

/**
 * Holds that the worker gets to the end of its tasks once the gateway is well, and that no token is missing then. A task
 * whose worker died waits for minutes: one that is still in the queue when patience ends is not lost. Answers how many
 * those are.
 */
export async function checkGatewayTasks(
  { client, query }: Subject,
  patienceMs: number,
  findings: Findings,
): Promise<number> {
  const { tenantId, merchantAccountIds } = client.tenant;
  const begun = performance.now();
  const isOver = (ms: number) => performance.now() > begun + ms;
  let left = await query<Task>(tasksLeft, [tenantId]);
  while (left.some(({ state, jobs }) => state === 'pending' && !isOver(jobs === 1 ? patienceMs : sweepMs))) {
    await delay(pauseMs);
    left = await query<Task>(tasksLeft, [tenantId]);
  }
  for (const task of left) {
    findings.hold(task.state === 'pending' && task.jobs === 1, 'no task at a gateway is lost', () => task);
  }
  const awaited = new Set(left.map(({ recordId }) => recordId));
  const records = await query<{ id: string }>(billed, [tenantId]);
  await forAll(records, async ({ id }) => {
    const record = await readPatiently(client, 'access-token', recordPath(client, id));
    const tokens = record.merchant_account_tokens.length;
    const isWhole = awaited.has(id) || tokens === merchantAccountIds.length;
    findings.hold(isWhole, 'every merchant account gets its token', () => ({ id, tokens }));
  });
  return left.length;
}
