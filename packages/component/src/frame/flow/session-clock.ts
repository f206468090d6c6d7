/** So long before its end a session is warned of: time enough to find the button, and to use it (WCAG 2.2.1). */
const warningMs = 2 * 60_000;

export type SessionClockOptions = {
  /** Reads the session, which extends it: any call does, for a quarter of an hour, up to two hours in all. */
  extend: () => Promise<void>;
  onEnding: (endsAt: number) => void;
  onOver: () => void;
};

/** Knows when the session ends, and says so in time. */
export type SessionClock = {
  /** The session was read: it has so many milliseconds left. */
  read(leftMs: number): void;
  /** The customer did something that the server saw, which made the session's end later than was read. */
  touched(): void;
  stop(): void;
};

export function createSessionClock({ extend, onEnding, onOver }: SessionClockOptions): SessionClock {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let endsAt = 0;
  let isTouched = false;

  const wakeAt = (at: number, run: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(run, Math.max(0, at - Date.now()));
  };

  const announce = (): void => {
    onEnding(endsAt);
    wakeAt(endsAt, onOver);
  };

  // How much later the end is now is the server's to say.
  const warn = (): void => {
    if (isTouched) extend().catch(announce);
    else announce();
  };

  return {
    read: (leftMs) => {
      endsAt = Date.now() + leftMs;
      isTouched = false;
      wakeAt(endsAt - warningMs, warn);
    },
    touched: () => {
      isTouched = true;
    },
    stop: () => clearTimeout(timer),
  };
}
