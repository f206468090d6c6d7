import type { PaymentState } from '../gateway-answers.ts';
import { GatewayError, isRequestConflict } from '../gateway-error.ts';

const firstPauseMs = 1_000;
const longestPauseMs = 5_000;
/** Banks give their customers five to ten minutes; after that nobody is there any more. */
const patienceMs = 10 * 60_000;

export type WatchOptions = {
  ask: (token: string) => Promise<PaymentState>;
  /** Called once, when the challenge or redirect has ended. */
  onAnswer: (answer: PaymentState) => void;
  onError: (error: unknown) => void;
  onTimeout: () => void;
};

/** Asks how a challenge or redirect ended, less and less often, until it has. */
export type Watch = { start(token: string): void; hurry(): void; stop(): void };

export function createWatch({ ask, onAnswer, onError, onTimeout }: WatchOptions): Watch {
  let watched: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = firstPauseMs;
  let since = 0;
  let isAsking = false;

  const stop = (): void => {
    watched = null;
    clearTimeout(timer);
  };

  const askLater = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void askNow(), pauseMs);
    pauseMs = Math.min(pauseMs * 1.5, longestPauseMs);
  };

  async function askNow(): Promise<void> {
    const token = watched;
    if (token === null || isAsking) return;
    isAsking = true;
    try {
      const answer = await ask(token);
      if (watched === token) take(answer);
    } catch (error) {
      if (watched === token) fail(error);
    } finally {
      isAsking = false;
    }
  }

  function take(answer: PaymentState): void {
    if (answer.status !== 'CHALLENGED' && answer.status !== 'AUTHENTICATED') {
      stop();
      onAnswer(answer);
    } else if (Date.now() - since > patienceMs) {
      stop();
      onTimeout();
    } else askLater();
  }

  // Two questions at once, of which the other one is being answered; or too many of them.
  function fail(error: unknown): void {
    if (error instanceof GatewayError && (isRequestConflict(error) || error.kind === 'busy')) {
      pauseMs = longestPauseMs;
      return askLater();
    }
    stop();
    onError(error);
  }

  return {
    start: (token) => {
      if (watched === token) return;
      watched = token;
      pauseMs = firstPauseMs;
      since = Date.now();
      askLater();
    },
    hurry: () => {
      pauseMs = firstPauseMs;
      void askNow();
    },
    stop,
  };
}
