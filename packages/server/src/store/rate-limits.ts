import type { Database } from './database.ts';
import { Gathering } from './gathering.ts';

/** A caller and an endpoint, and how many requests a minute they may make. */
export type RateBucket = { bucket: string; limit: number };

/** Which request of its window this was, counted from 1, and when the window began. Beyond the limit it is denied. */
export type RateUsage = { rank: number; windowStartedAt: Date };

/**
 * A window lasts a minute from its first request. The request that exceeds the limit begins a minute in which
 * everything is denied (reference: customer-api, Conventions); denied requests do not prolong it.
 */
const count = {
  name: 'count-requests',
  text: `
    INSERT INTO rate_limits AS r (tenant_id, bucket, window_started_at, used)
    SELECT $1, i.bucket, $2::timestamptz, i.requests
    FROM json_to_recordset($3::json) AS i (bucket text, requests integer)
    ORDER BY i.bucket
    ON CONFLICT (tenant_id, bucket) DO UPDATE
      SET used = CASE
          WHEN r.window_started_at + interval '1 minute' <= $2 THEN excluded.used
          ELSE least(r.used::bigint + excluded.used, 2000000000)
        END,
        window_started_at = CASE
          WHEN r.window_started_at + interval '1 minute' <= $2 THEN excluded.window_started_at
          WHEN r.used <= $4 AND r.used::bigint + excluded.used > $4 THEN excluded.window_started_at
          ELSE r.window_started_at
        END
    RETURNING bucket, used, window_started_at AS "windowStartedAt"`,
};

/**
 * Counts requests where every process sees them, those of concurrent requests together. All of a tenant's buckets have
 * the same limit at a time, so a statement serves one limit.
 */
export function requestCounter(
  db: Database,
  now: () => Date,
): (tenantId: string, of: RateBucket) => Promise<RateUsage> {
  const gathering = new Gathering<RateBucket, RateUsage>({
    name: 'gather request counts',
    lanes: 1,
    most: 1000,
    waits: db.waits,
    async run(tenantId, inputs) {
      const limit = inputs[0]?.limit ?? 0;
      const requests = new Map<string, number>();
      for (const { bucket } of inputs) requests.set(bucket, (requests.get(bucket) ?? 0) + 1);
      const rows = await db.single<{ bucket: string; used: number; windowStartedAt: Date }>(tenantId, count, [
        tenantId,
        now(),
        JSON.stringify([...requests].map(([bucket, n]) => ({ bucket, requests: n }))),
        limit,
      ]);
      const windows = new Map(
        rows.map((row) => [
          row.bucket,
          { rank: row.used - (requests.get(row.bucket) ?? 0), startedAt: row.windowStartedAt },
        ]),
      );
      return inputs.map(({ bucket }) => {
        const window = windows.get(bucket);
        if (!window) throw new Error('a counted request is missing from the answer');
        window.rank++;
        return { rank: window.rank, windowStartedAt: window.startedAt };
      });
    },
  });
  return (tenantId, of) => gathering.submit(tenantId, of);
}
