import { LRUCache } from 'lru-cache';
import { recentMs, type Services } from '../../context.ts';

/**
 * What a process has just read of credentials, kept per set of services. Short-lived, so that a revocation takes effect
 * in every process well within a second.
 */
export function recently<Row extends object>(
  read: (services: Services, tenantId: string, id: string) => Promise<Row | null>,
): (services: Services, tenantId: string, id: string) => Promise<Row | null> {
  const perServices = new WeakMap<Services, LRUCache<string, { row: Row | null }>>();
  return async (services, tenantId, id) => {
    let cache = perServices.get(services);
    if (!cache) {
      cache = new LRUCache({ max: 50_000, ttl: recentMs });
      perServices.set(services, cache);
    }
    const known = cache.get(`${tenantId} ${id}`);
    if (known) return known.row;
    const row = await read(services, tenantId, id);
    cache.set(`${tenantId} ${id}`, { row });
    return row;
  };
}
