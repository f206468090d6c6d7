import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Context } from '../src/context.ts';
import { scopes } from '../src/contract/scopes.ts';
import { OnfileError } from '../src/errors.ts';
import { newTaskId, openTaskInput, orderTask } from '../src/ops/background-tasks/order.ts';
import { runNextTask, type TaskHandler } from '../src/ops/background-tasks/run.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { cancelTask, claimTask, findTask } from '../src/store/background-tasks.ts';
import { lockRows } from './harness/row-lock.ts';
import { startTestServer, type TestServer } from './harness/server.ts';

const kind = 'recalculation';
const claimMs = 10_000;

describe('work in the background', () => {
  let server: TestServer;
  let tenants = 0;
  let failures: unknown[];

  before(async () => {
    server = await startTestServer();
  });
  after(() => server.stop());

  /** A task of a tenant of its own, which nothing else runs. */
  async function ordered(input: object = {}): Promise<{ ctx: Context; taskId: string }> {
    const { tenantId } = await server.tenant(`tasks-${tenants++}`);
    failures = [];
    const caller = { kind: 'client', id: 'orderer', scopes: new Set(scopes) } as const;
    const ctx = { ...(await tenantContext(server.services, tenantId, caller)), traceId: '42', sourceAddress: '::1' };
    const taskId = newTaskId(kind);
    await ctx.db.transaction(tenantId, (tx) =>
      orderTask(tx, ctx, { taskId, kind, state: 'waiting', input, progress: { seen: 0 } }),
    );
    return { ctx, taskId };
  }
  const run = (ctx: Context, handler: TaskHandler, stopping = new AbortController().signal) =>
    runNextTask(
      server.services,
      ctx.tenant.tenantId,
      { [kind]: handler },
      { stopping, onFailure: (e) => failures.push(e) },
    );
  const state = async (ctx: Context, taskId: string) => {
    const task = await findTask(ctx.db, ctx.tenant.tenantId, kind, taskId);
    assert.ok(task);
    return task;
  };
  const nothing = async () => {};

  it('is done on the account of who ordered it, with what it was ordered with', async () => {
    const { ctx, taskId } = await ordered({ secret: 'of ours' });
    const seen: unknown[] = [];
    const found = await run(ctx, async ({ ctx: worker, task }) => {
      seen.push(worker.caller, worker.traceId, worker.sourceAddress, openTaskInput(worker, task));
    });
    assert.deepEqual(seen, [ctx.caller, '42', '::1', { secret: 'of ours' }]);
    assert.equal(found, true);
    assert.equal((await state(ctx, taskId)).state, 'done');
    assert.equal(await run(ctx, nothing), false);
  });

  it('is done one after the other when much of it waits', async () => {
    const { ctx, taskId: first } = await ordered();
    const second = newTaskId(kind);
    await ctx.db.transaction(ctx.tenant.tenantId, (tx) =>
      orderTask(tx, ctx, { taskId: second, kind, state: 'waiting', input: {}, progress: {} }),
    );
    for (const taskId of [first, second]) {
      assert.equal(await run(ctx, nothing), true);
      assert.equal((await state(ctx, taskId)).state, 'done');
    }
  });

  it("is one worker's alone, however many look for it at the same moment", async () => {
    const { ctx, taskId } = await ordered();
    const { tenantId } = ctx.tenant;
    await ctx.db.transaction(tenantId, (tx) =>
      orderTask(tx, ctx, { taskId: newTaskId(kind), kind, state: 'waiting', input: {}, progress: {} }),
    );
    const at = ctx.now();
    const claimedUntil = new Date(at.getTime() + claimMs);
    const claim = () => claimTask(ctx.db, tenantId, { at, claimId: randomUUID(), claimedUntil });
    const first = 'SELECT FROM background_tasks WHERE tenant_id = $1 AND task_id = $2';
    const lock = await lockRows(server, first, [tenantId, taskId]);
    const claims = [claim(), claim()];
    await lock.awaited(claims.length);
    await lock.release();
    const claimed = await Promise.all(claims);
    assert.deepEqual(
      claimed.flatMap((task) => task?.task_id ?? []),
      [taskId],
    );
  });

  it('keeps what it was ordered with sealed', async () => {
    const { ctx, taskId } = await ordered({ secret: 'of ours' });
    assert.equal((await state(ctx, taskId)).input.includes('of ours'), false);
  });

  it('goes on from its last commit after its process died, once its claim is over', async () => {
    const { ctx, taskId } = await ordered();
    const died = new Promise<never>(() => {});
    await new Promise<void>((resolve) => {
      void run(ctx, async ({ commit }) => {
        await commit({ seen: 3 }, nothing);
        resolve();
        await died;
      });
    });
    assert.equal(await run(ctx, nothing), false, 'the claim of the first holds');
    server.clock.advance(claimMs + 1);
    let found: object | undefined;
    await run(ctx, async ({ task }) => {
      found = task.progress;
    });
    assert.deepEqual(found, { seen: 3 });
    assert.equal((await state(ctx, taskId)).state, 'done');
  });

  it('commits nothing for a worker that was taken for dead', async () => {
    const { ctx, taskId } = await ordered();
    const slow = run(ctx, async ({ commit }) => {
      server.clock.advance(claimMs + 1);
      await run(ctx, ({ commit: commitOther }) => commitOther({ seen: 1 }, nothing));
      await commit({ seen: 2 }, nothing);
    });
    await slow;
    const { state: ended, progress } = await state(ctx, taskId);
    assert.deepEqual([ended, progress, failures], ['done', { seen: 1 }, []]);
  });

  it('writes work and progress together or not at all', async () => {
    const { ctx, taskId } = await ordered();
    await run(ctx, async ({ commit }) => {
      await commit({ seen: 1 }, nothing);
      await commit({ seen: 2 }, async () => {
        throw new OnfileError('errormessage.record.in.use');
      });
    });
    const { state: ended, progress, failure } = await state(ctx, taskId);
    assert.deepEqual([ended, progress, failure], ['failed', { seen: 1 }, 'errormessage.record.in.use']);
  });

  it('stops at the next commit when it is cancelled, and keeps what it did', async () => {
    const { ctx, taskId } = await ordered();
    await run(ctx, async ({ commit }) => {
      await ctx.db.transaction(ctx.tenant.tenantId, (tx) => cancelTask(tx, taskId, ctx.now()));
      await commit({ seen: 1 }, nothing);
      assert.fail('it went on');
    });
    const { state: ended, progress } = await state(ctx, taskId);
    assert.deepEqual([ended, progress], ['cancelled', { seen: 1 }]);
  });

  it('never begins when it was cancelled before', async () => {
    const { ctx, taskId } = await ordered();
    await ctx.db.transaction(ctx.tenant.tenantId, (tx) => cancelTask(tx, taskId, ctx.now()));
    assert.equal(await run(ctx, nothing), false);
    assert.equal((await state(ctx, taskId)).state, 'cancelled');
    const again = await ctx.db.transaction(ctx.tenant.tenantId, (tx) => cancelTask(tx, taskId, ctx.now()));
    assert.equal(again, null);
  });

  it('gives itself back at once when the server stops', async () => {
    const { ctx, taskId } = await ordered();
    const stopping = new AbortController();
    await run(
      ctx,
      async ({ commit }) => {
        stopping.abort();
        await commit({ seen: 1 }, nothing);
        assert.fail('it went on');
      },
      stopping.signal,
    );
    assert.equal((await state(ctx, taskId)).state, 'running');
    assert.equal(await run(ctx, nothing), true);
    assert.equal((await state(ctx, taskId)).state, 'done');
  });

  it('is tried again after a failure of ours, and given up after five that got nowhere', async () => {
    const { ctx, taskId } = await ordered();
    for (let attempt = 1; attempt <= 5; attempt++) {
      assert.equal((await state(ctx, taskId)).failure, null);
      await run(ctx, async () => {
        throw new Error('the database went away');
      });
      server.clock.advance(3_000);
    }
    const { state: ended, failure } = await state(ctx, taskId);
    assert.deepEqual([ended, failure, failures.length], ['failed', 'errormessage.internal', 5]);
  });
});
