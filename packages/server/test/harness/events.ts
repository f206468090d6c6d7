import assert from 'node:assert/strict';
import { bearer, type Payee, type Reachable } from './main-job.ts';
import type { Answer } from './server.ts';

/** An event as a client gets it. */
export type ReadEvent = {
  number: number;
  id: string;
  type: string;
  version: number;
  at: string;
  subject: { kind: string; id: string; version?: number };
  data: Record<string, any>;
};

export const callEvents = (server: Reachable, tenant: Payee, query: Record<string, string | number> = {}) => {
  const texts = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const path = `/events/${tenant.tenantId}?${new URLSearchParams(texts).toString()}`;
  return server.call('GET', path, { headers: bearer(tenant) });
};

/** Everything after a number, as a client catches up: page by page. */
export async function catchUp(
  server: Reachable,
  tenant: Payee,
  { after = 0, ...query }: { after?: number; limit?: number; types?: string } = {},
): Promise<ReadEvent[]> {
  const events: ReadEvent[] = [];
  for (let from = after; ; ) {
    const { status, body }: Answer = await callEvents(server, tenant, { after: from, ...query });
    assert.equal(status, 200, JSON.stringify(body));
    events.push(...body.Items);
    from = body.last_number;
    if (body.LastEvaluatedKey === undefined) return events;
    assert.equal(body.LastEvaluatedKey, String(from));
  }
}

export const numbersOf = (events: readonly ReadEvent[]): number[] => events.map(({ number }) => number);

/** From one to so many, as numbers without gaps are. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);
