import type { PaymentError, PaymentState } from '@onfile/card/frame-messages';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Choices, readChoices, writeChoices } from './choices.ts';
import { keepPendingSession, takePendingSession } from './pending-session.ts';
import { type Account, type Call, Refusal, readAccount, replaceInstrument, startSession } from './shop-backend.ts';
import { useCalls } from './use-calls.ts';

/** Where the visitor is. What failed says why, and whether the same can be tried again. */
export type Stage =
  | { name: 'starting' }
  | { name: 'entering' }
  | { name: 'replacing' }
  | { name: 'replaced' }
  | { name: 'failed'; reason: string; retry?: () => void };

export type Shop = {
  choices: Choices;
  account: Account | null;
  /** The token of the session that the form is shown for. */
  session: string | null;
  stage: Stage;
  calls: readonly Call[];
  choose: (choices: Choices) => void;
  /** Another session; `forget` empties the list of calls too. */
  startAgain: (forget?: boolean) => void;
  onReady: () => void;
  onState: (state: PaymentState) => void;
  onSuccess: (paymentRequestToken: string) => void;
  onError: (error: PaymentError) => void;
};

const unreachable = 'The demo server does not answer. Is it still running?';
const alreadyUsed = 'errormessage.payment.request.already.used';

/** The shop's own part: begins sessions, and replaces the instrument as soon as the component has taken one. */
export function useShop(): Shop {
  const [choices, setChoices] = useState(() => readChoices(location.search));
  const [account, setAccount] = useState<Account | null>(null);
  const [session, setSession] = useState<string | null>(null);
  const [stage, setStage] = useState<Stage>({ name: 'starting' });
  const [since, setSince] = useState(() => Date.now());
  const [isProcessing, setProcessing] = useState(false);
  const { calls, refresh } = useCalls(since, isProcessing);
  const leaving = useRef({ session, since, isProcessing });
  leaving.current = { session, since, isProcessing: isProcessing && stage.name === 'entering' };
  const starts = useRef(0);
  const { language } = choices;

  /** One step of the shop's; when it fails the visitor can take it again. */
  const run = async (step: () => Promise<void>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      const reason = error instanceof Refusal ? error.message : unreachable;
      setStage({ name: 'failed', reason, ...(error instanceof Refusal ? {} : { retry: () => void run(step) }) });
    }
    refresh();
  };

  const begin = (wanted: Choices): Promise<void> =>
    run(async () => {
      setStage({ name: 'starting' });
      setSession(null);
      setProcessing(false);
      starts.current += 1;
      const start = starts.current;
      const token = await startSession(wanted);
      // The visitor may have picked something else meanwhile.
      if (start !== starts.current) return;
      setSession(token);
      setStage({ name: 'entering' });
    });

  const replace = (token: string): Promise<void> =>
    run(async () => {
      setStage({ name: 'replacing' });
      await replaceInstrument(token, language).catch((error: unknown) => {
        // An earlier try got through, only its answer did not.
        if (!(error instanceof Refusal) || error.code !== alreadyUsed) throw error;
      });
      setAccount(await readAccount(language));
      setStage({ name: 'replaced' });
    });

  const show = async (): Promise<void> => {
    const pending = takePendingSession();
    await run(async () => setAccount(await readAccount(language)));
    if (!pending) return begin(choices);
    setSince(pending.since);
    setSession(pending.token);
    setStage({ name: 'entering' });
  };

  useEffect(() => {
    void show();
    return keepPendingSession(() => {
      const { session: token, since: from, isProcessing: isAway } = leaving.current;
      return token !== null && isAway ? { token, since: from } : null;
    });
  }, []);

  return {
    choices,
    account,
    session,
    stage,
    calls,
    choose: (wanted) => {
      history.replaceState(null, '', `${location.pathname}${writeChoices(wanted)}`);
      setChoices(wanted);
      void begin(wanted);
    },
    startAgain: (forget = false) => {
      if (forget) setSince(Date.now());
      void begin(choices);
    },
    onReady: refresh,
    onState: (state) => {
      setProcessing(state.isProcessing);
      refresh();
    },
    onSuccess: (token) => void replace(token),
    onError: ({ message, fatal }) => {
      if (fatal) setStage({ name: 'failed', reason: message });
      refresh();
    },
  };
}
