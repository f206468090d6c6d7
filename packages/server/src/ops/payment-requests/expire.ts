import type { Context } from '../../context.ts';
import { SealBroken } from '../../crypto/envelope.ts';
import { requestsKey } from '../../store/payment-requests.ts';
import {
  expireEmptyRequests,
  expirePaymentRequest,
  listRequestsThatAreOver,
  type RequestThatIsOver,
} from '../../store/requests-that-are-over.ts';
import { insertTokenTasks, type TokenTask } from '../../store/token-tasks.ts';
import { retireTasks } from '../gateway-tokens/tasks.ts';
import { readRequestContent } from './content.ts';

const requestsAtOnce = 100;

/** Ends the requests whose session is over. What was tokenised in one and never used is retired. */
export async function expirePaymentRequests(ctx: Context): Promise<void> {
  const { tenantId } = ctx.tenant;
  const now = ctx.now();
  await expireEmptyRequests(ctx.db, tenantId, now);
  for (;;) {
    const page = await listRequestsThatAreOver(ctx.db, tenantId, now, requestsAtOnce);
    for (const request of page) await expireRequest(ctx, request, now);
    if (page.length < requestsAtOnce) return;
  }
}

async function expireRequest(ctx: Context, request: RequestThatIsOver, now: Date): Promise<void> {
  const { tenantId } = ctx.tenant;
  const tasks = await leftovers(ctx, request);
  const expired = await ctx.db.transaction(tenantId, async (tx) => {
    if (!(await expirePaymentRequest(tx, request, now))) return false;
    await insertTokenTasks(tx, tasks);
    return true;
  });
  if (!expired || tasks.length === 0) return;
  ctx.wakeTokenWorker(
    tenantId,
    tasks.map((task) => task.task_id),
  );
}

/** None of a request whose content does not open: nobody can tell which tokens it had. */
async function leftovers(ctx: Context, request: RequestThatIsOver): Promise<TokenTask[]> {
  const dataKey = ctx.keys.customerKey(requestsKey(request));
  try {
    const { tokens = [] } = await readRequestContent(ctx, request.request_id, request.sealed);
    return retireTasks(ctx, tokens, { recordId: null, dataKey });
  } catch (error) {
    if (error instanceof SealBroken) return [];
    throw error;
  }
}
