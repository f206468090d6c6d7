import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { findBulkLoad } from './find.ts';
import { presentBulkLoad, type ShownBulkLoad } from './present.ts';
import type { LoadWatchers } from './watchers.ts';

const lookAgainMs = 300;
/** Within what proxies take for a connection that died. */
const heartbeatMs = 15_000;
const mostMs = 600_000;

/** A load as it is now, with a number that grows with its changes; null tells that it is still being watched. */
export type Sighting = { change: number; shown: ShownBulkLoad } | null;

type Following = {
  id: string;
  watchers: LoadWatchers;
  /** Fires when nobody watches any more. */
  gone: AbortSignal;
};

/**
 * The load as it is now, again whenever it has changed, and for the last time when it is over. Ends sooner when the
 * watcher goes away, when the process ends, and after ten minutes. Throws 404 when the tenant has no load of that id, 429
 * when too many watch.
 */
export const followBulkLoad = operation(
  'BULK_READ',
  async (ctx: Context, { id, watchers, gone }: Following): Promise<AsyncGenerator<Sighting>> => {
    refuseLimitedCaller(ctx, 'BULK_READ');
    await findBulkLoad(ctx, id);
    return sightings(ctx, id, watchers.admit(ctx.tenant.tenantId, gone));
  },
);

async function* sightings(ctx: Context, id: string, left: AbortSignal): AsyncGenerator<Sighting> {
  const until = performance.now() + mostMs;
  let toldAt = 0;
  let change = 0;
  while (!left.aborted && performance.now() < until) {
    const task = await findBulkLoad(ctx, id);
    if (task.changes !== change) {
      change = task.changes;
      toldAt = performance.now();
      yield { change, shown: presentBulkLoad(ctx, task) };
      if (task.ended_at !== null) return;
    } else if (performance.now() - toldAt > heartbeatMs) {
      toldAt = performance.now();
      yield null;
    }
    await delay(lookAgainMs, undefined, { signal: left }).catch(() => undefined);
  }
}
