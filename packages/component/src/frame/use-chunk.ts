import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A component that is loaded when it is first shown. */
export type Chunk<Props> = () => Promise<FunctionComponent<Props>>;

export type Loaded<Props> = { component: FunctionComponent<Props> | null; isLost: boolean; retry: () => void };

/** Loads a component, and again when asked to after the connection was lost. */
export function useChunk<Props>(load: Chunk<Props>): Loaded<Props> {
  const [loaded, setLoaded] = useState<{ from: Chunk<Props>; component: FunctionComponent<Props> } | null>(null);
  const [isLost, setLost] = useState(false);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let isWanted = true;
    setLost(false);
    load().then(
      (component) => isWanted && setLoaded({ from: load, component }),
      () => isWanted && setLost(true),
    );
    return () => {
      isWanted = false;
    };
  }, [load, attempt]);

  return {
    component: loaded?.from === load ? loaded.component : null,
    isLost,
    retry: () => setAttempt(attempt + 1),
  };
}
