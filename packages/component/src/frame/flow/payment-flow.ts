import type { PaymentState } from '../gateway-answers.ts';
import { GatewayError, isRequestConflict } from '../gateway-error.ts';
import type { TextKey } from '../texts/text-key.ts';
import type { PaymentFlow, PaymentFlowOptions } from './payment-steps.ts';
import {
  type Entry,
  type FlowEvent,
  initialState,
  isOpen,
  isUnderWay,
  type Notice,
  nextState,
  type Step,
} from './phase.ts';
import { createSessionClock } from './session-clock.ts';
import { createSubmit, refusedExtra } from './submission.ts';
import { createWatch } from './watch.ts';

/** One try to submit: kept until it is answered, so that it is the same request each time it is sent. */
type Attempt = { entry: Entry; beginKey: string; submitKey: string };

/** Leads a customer through one session: what is asked of the gateway, and what follows from each answer. */
export function createPaymentFlow({ gateway, host, report, ...options }: PaymentFlowOptions): PaymentFlow {
  let state = initialState;
  let attempt: Attempt | null = null;
  let token: string | null = null;
  const submitInstrument = createSubmit(gateway, report, options);
  const awaiting: ((isTaken: boolean) => void)[] = [];

  const dispatch = (event: FlowEvent): void => {
    const next = nextState(state, event);
    if (next === state) return;
    state = next;
    options.onState(state);
    if (isUnderWay(state.phase)) return;
    for (const tell of awaiting.splice(0)) tell(state.phase.name === 'succeeded');
  };
  const clock = createSessionClock({
    extend: () => readSession(),
    onEnding: (endsAt) => dispatch({ type: 'session-ending', endsAt }),
    onOver: () => endSession(),
  });
  const watch = createWatch({
    ask: async (asked) => {
      const answer = await gateway.authenticatePayment(asked);
      clock.touched();
      return answer;
    },
    onAnswer: (answer) => void settle(answer),
    onError: (error) => void recover(error, 'waiting'),
    onTimeout: () => void cancelWith({ key: 'upc.timeout' }),
  });

  async function readSession(): Promise<void> {
    const session = await gateway.readSession();
    clock.read(Date.parse(session.tokenValidUntil) - session.serverNow);
    dispatch({ type: 'session-read', session });
    dispatch({ type: 'session-extended' });
  }

  function endSession(): void {
    if (state.phase.name === 'succeeded' || state.phase.name === 'session-over') return;
    watch.stop();
    clock.stop();
    dispatch({ type: 'session-over' });
    report({ code: 'errormessage.session.invalid', notice: { key: 'upc.session.over.text' }, fatal: true });
  }

  async function start(): Promise<void> {
    try {
      await readSession();
      const active = state.session?.activePaymentRequest;
      token = active?.token ?? null;
      if (state.phase.name !== 'loading') return;
      if (!active || active.status === 'CREATED') dispatch({ type: 'reopened' });
      else await resume(active.token, active.status === 'PREAUTHED');
    } catch (error) {
      await recover(error, 'loading');
    }
  }

  // A page that was reloaded, came back from a bank, or lost what onSuccess had told it.
  async function resume(active: string, isUsable: boolean): Promise<void> {
    await settle(await (isUsable ? gateway.readPayment(active) : gateway.authenticatePayment(active)));
  }

  async function submit(entry: Entry): Promise<boolean> {
    if (isOpen(state.phase)) {
      attempt = { entry, beginKey: crypto.randomUUID(), submitKey: crypto.randomUUID() };
      dispatch({ type: 'submitted', entry });
      await send(attempt);
    }
    if (!isUnderWay(state.phase)) return state.phase.name === 'succeeded';
    return new Promise((resolve) => awaiting.push(resolve));
  }

  async function send({ entry, beginKey, submitKey }: Attempt): Promise<void> {
    try {
      token ??= (await gateway.createPaymentRequest(beginKey)).token;
      const answer = await submitInstrument(token, entry.instrument, submitKey);
      clock.touched();
      await settle(answer, true);
    } catch (error) {
      await recover(error, 'submitting');
    }
  }

  async function settle(answer: PaymentState, justSubmitted = false): Promise<void> {
    const { status, action, paymentInstrumentDetails: details } = answer;
    switch (status) {
      case 'PREAUTHED':
        succeed(answer);
        return;
      case 'CHALLENGED':
      case 'AUTHENTICATED':
        dispatch({ type: 'waiting', ...(action ? { action } : {}) });
        if (justSubmitted && action?.type === 'REDIRECT') host.redirect(action.url);
        if (token !== null) watch.start(token);
        return;
      case 'DECLINED':
      case 'FAILED':
        declineWith(status === 'DECLINED' ? 'upc.declined' : 'upc.failed');
        return;
      case 'CANCELLED':
      case 'EXPIRED':
        reopen({ key: status === 'CANCELLED' ? 'upc.cancelled' : 'upc.timeout' });
        return;
      case 'CREATED':
        reopen({ key: 'upc.failed' });
        return;
      case 'CONSUMED':
        watch.stop();
        clock.stop();
        dispatch({ type: 'succeeded', ...(details ? { details } : {}) });
    }
  }

  function succeed({ paymentInstrumentDetails: details }: PaymentState): void {
    watch.stop();
    clock.stop();
    if (token === null) return;
    const instrument = attempt?.entry.instrument;
    attempt = null;
    dispatch({ type: 'succeeded', ...(details ? { details } : {}) });
    host.success({
      paymentRequestToken: token,
      ...(details ? { paymentInstrumentDetails: details } : {}),
      ...(instrument && 'paymentInstrumentToken' in instrument
        ? { paymentInstrumentToken: instrument.paymentInstrumentToken }
        : {}),
    });
  }

  function declineWith(key: TextKey): void {
    watch.stop();
    token = null;
    attempt = null;
    dispatch({ type: 'declined', notice: { key } });
    report({ code: key, notice: { key }, fatal: false });
  }

  function reopen(notice: Notice): void {
    watch.stop();
    token = null;
    attempt = null;
    dispatch({ type: 'reopened', notice });
  }

  async function recover(error: unknown, step: Step): Promise<void> {
    if (!(error instanceof GatewayError)) throw error;
    if (error.kind === 'session') endSession();
    else if (error.kind === 'network') dispatch({ type: 'disconnected', step });
    else if (isRequestConflict(error) && token !== null) await lookAgain(token);
    else if (error.kind === 'busy' || step === 'loading') putOff(error, step);
    else refuse(error);
  }

  // Nothing is lost, and there may be no form to go back to: the same step can be taken again.
  function putOff({ code, text }: GatewayError, step: Step): void {
    dispatch({ type: 'disconnected', step, text });
    report({ code, notice: text === '' ? { key: 'upc.failed' } : { text }, fatal: false });
  }

  // Another window, or an attempt whose answer was lost, has moved the request: go by what it is now.
  async function lookAgain(moved: string): Promise<void> {
    try {
      await settle(await gateway.readPayment(moved));
    } catch (error) {
      if (error instanceof GatewayError && error.kind === 'refused') refuse(error);
      else await recover(error, 'waiting');
    }
  }

  function refuse(error: GatewayError): void {
    const { code, text: written, reference } = error;
    if (code.startsWith('errormessage.payment.request.')) token = null;
    attempt = null;
    watch.stop();
    if (refusedExtra(error)) return dispatch({ type: 'reopened', notice: { key: 'upc.unavailable' } });
    const notice: Notice = written === '' ? { key: 'upc.failed' } : { text: written };
    const isOfField = reference !== undefined && written !== '';
    dispatch({ type: 'reopened', ...(isOfField ? { fault: { reference, text: written } } : { notice }) });
    report({ code, notice, fatal: false });
  }

  async function cancelWith(notice: Notice): Promise<void> {
    watch.stop();
    try {
      if (token !== null) await gateway.cancelPayment(token);
      reopen(notice);
    } catch (error) {
      await recover(error, 'cancelling');
    }
  }

  async function retry(): Promise<void> {
    if (state.phase.name !== 'offline') return;
    const { step } = state.phase;
    if (step === 'submitting' && attempt) {
      dispatch({ type: 'submitted', entry: attempt.entry });
      await send(attempt);
      return;
    }
    dispatch({ type: 'reconnecting' });
    if (step === 'loading' || token === null) await start();
    else if (step === 'cancelling') await cancelWith({ key: 'upc.cancelled' });
    else await resume(token, false).catch((error: unknown) => recover(error, 'waiting'));
  }

  return {
    start,
    pick: (picked) => dispatch({ type: 'picked', picked }),
    async enter(entry) {
      if (!entry.summary) return submit(entry);
      dispatch({ type: 'entered', entry });
      return false;
    },
    confirm: async () => (state.phase.name === 'review' ? submit(state.phase.entry) : false),
    change: () => {
      if (state.phase.name === 'review') dispatch({ type: 'reopened' });
    },
    retry,
    cancel: () => cancelWith({ key: 'upc.cancelled' }),
    leave: () => {
      if (state.phase.name === 'redirect') host.redirect(state.phase.url);
    },
    hurry: () => watch.hurry(),
    extend: () => readSession().catch((error: unknown) => keepWarning(error)),
    stop: () => {
      watch.stop();
      clock.stop();
    },
  };

  // Without a connection the warning stays, and with it the button.
  function keepWarning(error: unknown): void {
    if (error instanceof GatewayError && error.kind === 'session') endSession();
  }
}
