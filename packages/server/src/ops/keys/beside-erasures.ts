import { sqlState } from '../../store/database.ts';
import { retryLostRace } from '../lost-race.ts';

/** A deadlock, or a key that was destroyed. */
const inTheWay: ReadonlySet<string> = new Set(['40P01', '23503']);

/**
 * Runs a compare-and-set once more that an erasure of the same customer got in the way of: the erasure locks the keys
 * before the rows, and a statement that gives a row its key the other way round. It then finds nothing to set.
 */
export async function besideErasures(write: () => Promise<void>): Promise<void> {
  await retryLostRace(() =>
    write().catch((error: unknown): 'lost' => {
      if (inTheWay.has(sqlState(error) ?? '')) return 'lost';
      throw error;
    }),
  );
}
