const interrupted = 130;

/**
 * Lets ctrl-C ask for an end before it forces one: the first press fires the signal, a second one ends the process.
 * Answers the signal, and how to leave ctrl-C alone again.
 */
export function listenForInterruption(): { signal: AbortSignal; end(): void } {
  const asked = new AbortController();
  const press = () => {
    if (asked.signal.aborted) process.exit(interrupted);
    asked.abort();
  };
  process.on('SIGINT', press);
  return { signal: asked.signal, end: () => process.off('SIGINT', press) };
}
