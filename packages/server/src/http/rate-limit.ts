import type { FastifyReply } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Services } from '../context.ts';
import { OnfileError, secondsArgument } from '../errors.ts';
import type { Authenticated } from '../ops/authentication/api-key.ts';

const windowMs = 60_000;

/** Until when a bucket is known to be denied, so that a flood costs the database nothing. */
const denied = new WeakMap<Services, LRUCache<string, number>>();

function deniedBuckets(services: Services): LRUCache<string, number> {
  let cache = denied.get(services);
  if (!cache) {
    cache = new LRUCache({ max: 50_000 });
    denied.set(services, cache);
  }
  return cache;
}

/**
 * Counts the request against its caller's limit on this endpoint, exactly across processes, and sets the RateLimit
 * header fields (draft-ietf-httpapi-ratelimit-headers-10), with the three of its drafts up to 06, which many clients
 * still read. Throws 429 with `Retry-After` beyond the limit.
 */
export async function limitRate(
  services: Services,
  { tenant, caller }: Authenticated,
  endpoint: string,
  reply: FastifyReply,
): Promise<void> {
  const limit = tenant.rateLimitPerMinute ?? services.config.rateLimitPerMinute;
  if (limit === null) return;
  const bucket = `${caller.kind} ${caller.id} ${endpoint}`;
  const cache = deniedBuckets(services);
  const cacheKey = `${tenant.tenantId} ${bucket}`;
  const deniedUntil = cache.get(cacheKey) ?? 0;
  const isDenied = deniedUntil > services.now().getTime();
  const usage = isDenied ? null : await services.countRequest(tenant.tenantId, { bucket, limit });
  const resetAt = usage ? usage.windowStartedAt.getTime() + windowMs : deniedUntil;
  const remaining = usage ? Math.max(0, limit - usage.rank) : 0;
  const seconds = Math.max(1, Math.ceil((resetAt - services.now().getTime()) / 1000));
  reply.headers({
    'ratelimit-policy': `"requests";q=${limit};w=60`,
    ratelimit: `"requests";r=${remaining};t=${seconds}`,
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(seconds),
  });
  if (usage && usage.rank <= limit) return;
  cache.set(cacheKey, resetAt);
  throw new OnfileError('errormessage.rate.limit.exceeded', {
    args: [secondsArgument(seconds)],
    headers: { 'retry-after': String(seconds) },
  });
}
