import { useEffect, useState } from 'preact/hooks';
import { type Call, readCalls } from './shop-backend.ts';

const pauseMs = 1_500;

/**
 * The calls of the main job since a moment, the latest first. `refresh` asks for them; while `isBusy` it asks by itself.
 * What several server processes answer one after the other is put together.
 */
export function useCalls(since: number, isBusy: boolean): { calls: readonly Call[]; refresh: () => void } {
  const [known, setKnown] = useState<ReadonlyMap<string, Call>>(new Map());

  const refresh = (): void => {
    readCalls().then(
      (calls) => setKnown((before) => new Map([...before, ...calls.map((call) => [call.id, call] as const)])),
      // The list is told again by the next call that gets through.
      () => undefined,
    );
  };

  useEffect(() => {
    if (!isBusy) return undefined;
    const timer = setInterval(refresh, pauseMs);
    return () => clearInterval(timer);
  }, [isBusy]);

  // Of calls in the same millisecond the one that was told later came later.
  const calls = [...known.values()]
    .filter(({ at }) => Date.parse(at) >= since)
    .toReversed()
    .toSorted((one, other) => other.at.localeCompare(one.at));
  return { calls, refresh };
}
