import type { Context } from '../../context.ts';
import type { EventPage, EventQuery } from '../../contract/events.ts';
import { outOfRange } from '../../contract/out-of-range.ts';
import { firstEventNumber, listEvents as readEvents } from '../../store/event-list.ts';
import { numberEvents } from '../../store/event-numbers.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import type { EventFeed } from './feed.ts';
import { presentEvent } from './present.ts';
import { readEventTypes } from './types.ts';

const defaultLimit = 100;
/** How many events one request looks at to find some of the types that it asks for. */
const mostLookedAt = 5000;

export type EventListing = {
  query: EventQuery;
  feed: EventFeed;
  /** Fires when nobody waits for the answer any more. */
  gone: AbortSignal;
};

/**
 * The tenant's events after a number, in the order of their numbers. When there is none yet, waits for one as long as
 * the caller wants. Throws 400 for a number that no event has yet, or a type that is not known, 429 when too many wait.
 */
export const listEvents = operation(
  'EVENT_READ',
  async (ctx: Context, { query, feed, gone }: EventListing): Promise<EventPage> => {
    refuseLimitedCaller(ctx, 'EVENT_READ');
    const { limit = defaultLimit, wait = 0 } = query;
    const types = readEventTypes(query.types);
    const { tenantId } = ctx.tenant;
    const deadline = performance.now() + wait * 1000;
    for (let after = query.after ?? 0; ; ) {
      const page = await readPage(ctx, { after, types, limit });
      const ms = deadline - performance.now();
      if (page.Count > 0 || page.LastEvaluatedKey !== undefined || ms <= 0) return page;
      after = page.last_number;
      if (!(await feed.next(tenantId, after, { ms, signal: gone }))) return page;
    }
  },
);

async function readPage(
  { db, tenant: { tenantId } }: Context,
  { after, types, limit }: { after: number; types: readonly string[] | null; limit: number },
): Promise<EventPage> {
  const { last, more } = await numberEvents(db, tenantId);
  // A client that is ahead of its server would miss events: the database was restored from an earlier backup.
  if (after > last) {
    throw outOfRange({ least: 0, most: last }, 'after');
  }
  const first = await firstEventNumber(db, tenantId);
  // Who has seen some and comes back after what follows was removed would miss it unknowingly. 0 asks for what there is.
  if (after > 0 && after < first - 1) {
    throw outOfRange({ least: first - 1, most: last }, 'after');
  }
  const through = Math.min(last, Math.max(after, first - 1) + (types ? mostLookedAt : limit));
  const rows = await readEvents(db, tenantId, { after, through, types, limit });
  const lastNumber = rows.length === limit ? (rows.at(-1)?.number ?? through) : through;
  return {
    Count: rows.length,
    Items: rows.map(presentEvent),
    ...(more || lastNumber < last ? { LastEvaluatedKey: String(lastNumber) } : {}),
    last_number: lastNumber,
  };
}
