import { setTimeout as delay } from 'node:timers/promises';

const pauseMs = 20;
const patienceMs = 60_000;

/** Looks again and again until `look` answers something. Throws when it has not within a minute. */
export async function until<Found>(look: () => Promise<Found | null | undefined | false>): Promise<Found> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    await delay(pauseMs);
  }
  throw new Error('waited in vain');
}
