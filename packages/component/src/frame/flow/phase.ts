import type { Instrument, InstrumentDetails, PaymentAction, SavedInstrument, Session } from '../gateway-answers.ts';
import { inShownOrder } from '../method-names.ts';
import type { TextKey } from '../texts/text-key.ts';

/** One line of what the customer is asked to look over before a direct debit is set up. */
export type SummaryLine = { label: TextKey; value: string };

/** What a form made of the customer's entry. Lines ask for a review before it is sent. */
export type Entry = { instrument: Instrument; summary?: readonly SummaryLine[] };

/** A sentence of the component's own, or one that the server wrote in the customer's language. */
export type Notice = { key: TextKey } | { text: string };

/** A field that the server refused, by its path in the submission. */
export type FieldFault = { reference: string; text: string };

/** What the frame was about to do when the server could not be reached, or would not do it now. */
export type Step = 'loading' | 'submitting' | 'waiting' | 'cancelling';

/** A step of the form. In `offline` the same step can be asked for again; `text` is what the server said, if it did. */
export type Phase =
  | { name: 'loading' }
  | { name: 'entering'; notice?: Notice; fault?: FieldFault }
  | { name: 'declined'; notice: Notice }
  | { name: 'review'; entry: Entry }
  | { name: 'submitting'; entry: Entry }
  | { name: 'challenge'; url: string }
  | { name: 'redirect'; url: string }
  | { name: 'processing' }
  | { name: 'offline'; step: Step; text?: string }
  | { name: 'succeeded'; details?: InstrumentDetails }
  | { name: 'session-over' }
  | { name: 'nothing-offered' };

/** Where the customer is, and what is known by then. */
export type FlowState = {
  phase: Phase;
  session: Session | null;
  /** The way to pay: a payment choice's name, or the token of an instrument on file. */
  picked: string | null;
  /** How often a bank has said no. */
  declines: number;
  /** When the session ends, in milliseconds of the browser's clock, once it does so soon. */
  endsAt: number | null;
};

export type FlowEvent =
  | { type: 'session-read'; session: Session }
  | { type: 'picked'; picked: string }
  | { type: 'entered'; entry: Entry }
  | { type: 'submitted'; entry: Entry }
  | { type: 'reopened'; notice?: Notice; fault?: FieldFault }
  | { type: 'declined'; notice: Notice }
  | { type: 'waiting'; action?: PaymentAction }
  | { type: 'disconnected'; step: Step; text?: string }
  | { type: 'reconnecting' }
  | { type: 'succeeded'; details?: InstrumentDetails }
  | { type: 'session-ending'; endsAt: number }
  | { type: 'session-extended' }
  | { type: 'session-over' };

export const initialState: FlowState = {
  phase: { name: 'loading' },
  session: null,
  picked: null,
  declines: 0,
  endsAt: null,
};

/** Whether the form is in the customer's hands: nothing is under way, and an entry may be sent. */
export const isOpen = ({ name }: Phase): boolean => name === 'entering' || name === 'declined' || name === 'review';

/** Whether a step is under way that the customer or the shop should wait for. */
export const isProcessing = ({ name }: Phase): boolean =>
  name === 'submitting' || name === 'challenge' || name === 'redirect' || name === 'processing';

/** Whether what was submitted has not come to its end yet: the customer is asked something, or the network is. */
export const isUnderWay = (phase: Phase): boolean => isProcessing(phase) || phase.name === 'offline';

/** Whether the form is shown. A reviewed entry is sent from its review. */
export const isFormPhase = (phase: Phase): boolean =>
  phase.name === 'entering' ||
  phase.name === 'declined' ||
  (phase.name === 'submitting' && phase.entry.summary === undefined);

const isFinal = ({ name }: Phase): boolean => name === 'succeeded' || name === 'session-over';

/** The state after an event. One that does not fit the phase, such as a second click, changes nothing. */
export function nextState(state: FlowState, event: FlowEvent): FlowState {
  if (event.type === 'session-over') {
    return state.phase.name === 'succeeded' ? state : { ...state, phase: { name: 'session-over' }, endsAt: null };
  }
  if (isFinal(state.phase)) return state;
  if (event.type === 'session-read') return sessionRead(state, event.session);
  if (event.type === 'session-ending') return { ...state, endsAt: event.endsAt };
  if (event.type === 'session-extended') return { ...state, endsAt: null };
  if (event.type === 'picked') return otherPicked(state, event.picked);
  const phase = nextPhase(state.phase, event);
  if (phase === state.phase) return state;
  return { ...state, phase, declines: state.declines + (phase.name === 'declined' ? 1 : 0) };
}

function otherPicked(state: FlowState, wanted: string): FlowState {
  if (!isOpen(state.phase) || state.picked === wanted) return state;
  return { ...state, picked: wanted, phase: { name: 'entering' } };
}

function sessionRead(state: FlowState, session: Session): FlowState {
  if (state.session) return { ...state, session };
  // The customer came to give a new instrument, so none on file is picked for them.
  const [first] = inShownOrder(session.permittedPaymentChoices);
  if (first === undefined) return { ...state, session, phase: { name: 'nothing-offered' } };
  return { ...state, session, picked: first };
}

type PhaseEvent = Exclude<
  FlowEvent,
  { type: 'session-read' | 'session-ending' | 'session-extended' | 'session-over' | 'picked' }
>;

function nextPhase(phase: Phase, event: PhaseEvent): Phase {
  switch (event.type) {
    case 'entered':
      return isOpen(phase) ? { name: 'review', entry: event.entry } : phase;
    case 'submitted':
      return isOpen(phase) || phase.name === 'offline' ? { name: 'submitting', entry: event.entry } : phase;
    case 'reopened': {
      const { notice, fault } = event;
      return { name: 'entering', ...(notice ? { notice } : {}), ...(fault ? { fault } : {}) };
    }
    case 'declined':
      return { name: 'declined', notice: event.notice };
    case 'waiting':
      return waitingPhase(phase, event.action);
    case 'disconnected':
      return { name: 'offline', step: event.step, ...(event.text ? { text: event.text } : {}) };
    case 'reconnecting':
      return phase.name === 'offline' ? { name: phase.step === 'loading' ? 'loading' : 'processing' } : phase;
    case 'succeeded':
      return { name: 'succeeded', ...(event.details ? { details: event.details } : {}) };
  }
}

// The same page keeps its phase: a new one would load it again under the customer's hands.
function waitingPhase(phase: Phase, action: PaymentAction | undefined): Phase {
  if (!action) return phase.name === 'processing' ? phase : { name: 'processing' };
  const name = action.type === 'CHALLENGE' ? 'challenge' : 'redirect';
  return phase.name === name && phase.url === action.url ? phase : { name, url: action.url };
}

/** The instrument on file that was picked, if one was. */
export const pickedInstrument = ({ session, picked }: FlowState): SavedInstrument | undefined =>
  session?.existingPaymentInstruments.find(({ paymentInstrumentToken }) => paymentInstrumentToken === picked);
