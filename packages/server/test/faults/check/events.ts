import { readPatiently } from '../client.ts';
import type { Findings } from './findings.ts';
import type { Subject } from './subject.ts';

/** How far the events of a tenant have been read, and which change of what each one told. */
export type ReadEvents = { last: number; told: Map<string, Set<number>> };

export const noEvents = (): ReadEvents => ({ last: 0, told: new Map() });

/** Holds that events are numbered without a gap, none is told twice, and those of one subject come in its order. */
export async function checkEvents(
  { client }: Subject,
  read: ReadEvents,
  versions: readonly { id: string; version: number }[],
  findings: Findings,
): Promise<void> {
  for (let more = true; more; ) {
    const path = `/events/${client.tenant.tenantId}?after=${read.last}&limit=500`;
    const page = await readPatiently(client, 'access-token', path);
    for (const { number, type, subject } of page.Items) {
      findings.hold(number === read.last + 1, 'events have no gap', () => ({ after: read.last, number }));
      read.last = number;
      if (subject.version === undefined) continue;
      const key = `${subject.kind} ${subject.id}`;
      const told = read.told.get(key) ?? new Set<number>();
      read.told.set(key, told);
      const isNext = !told.has(subject.version) && subject.version > Math.max(0, ...told);
      findings.hold(isNext, 'each change is told once, in its order', () => ({
        number,
        type,
        subject,
        told: [...told],
      }));
      told.add(subject.version);
    }
    more = page.LastEvaluatedKey !== undefined;
  }
  const ids = new Map([...read.told].map(([key, told]) => [key.slice(key.indexOf(' ') + 1), told]));
  for (const { id, version } of versions) {
    findings.hold(ids.get(id)?.has(version) ?? false, 'every change is told by an event', () => ({ id, version }));
  }
}
