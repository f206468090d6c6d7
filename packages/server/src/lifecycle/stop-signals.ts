/** What whoever started the server wants, in the order in which it is wanted. */
export type StopSignals = {
  /** The first signal: finish what is under way. */
  asked: Promise<void>;
  /** The second one: cut it off. */
  insisted: Promise<void>;
  /** How a process that stops now ends: 0, or 130 (128 and SIGINT, as shells count) once work was cut off. */
  exitCode(): number;
};

const interruptedExitCode = 130;

/** npm passes ctrl-C on to a process that the terminal has told already: one press of the key, two signals. */
const echoMs = 500;

/**
 * Listens for SIGINT (ctrl-C), SIGTERM (service managers, containers) and SIGHUP (the terminal was closed). A third one
 * ends the process wherever it is.
 */
export function listenForStop(): StopSignals {
  const asked = Promise.withResolvers<void>();
  const insisted = Promise.withResolvers<void>();
  let count = 0;
  let countedAt = Number.NEGATIVE_INFINITY;
  const receive = () => {
    const at = performance.now();
    if (at - countedAt < echoMs) return;
    countedAt = at;
    count += 1;
    if (count === 1) asked.resolve();
    else if (count === 2) insisted.resolve();
    else process.exit(interruptedExitCode);
  };
  process.on('SIGINT', receive).on('SIGTERM', receive).on('SIGHUP', receive);
  return {
    asked: asked.promise,
    insisted: insisted.promise,
    exitCode: () => (count > 1 ? interruptedExitCode : 0),
  };
}
