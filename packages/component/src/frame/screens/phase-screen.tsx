import type { PaymentFlow } from '../flow/payment-steps.ts';
import type { FlowState } from '../flow/phase.ts';
import { Offline } from './offline.tsx';
import { NothingOffered, SessionOver, Succeeded } from './outcome.tsx';
import { Review } from './review.tsx';
import { Challenge, Processing, Redirect } from './waiting.tsx';

export type PhaseScreenProps = { state: FlowState; flow: PaymentFlow; hasButton: boolean };

/** The step that is shown in the form's place. */
export function PhaseScreen({ state, flow, hasButton }: PhaseScreenProps) {
  const { phase, session } = state;
  const cancel = (): void => void flow.cancel();
  switch (phase.name) {
    case 'review':
    case 'submitting':
      return (
        <Review
          entry={phase.entry}
          mandateText={
            session?.mandates?.find(({ paymentChoice }) => paymentChoice === phase.entry.instrument.paymentMethod)?.text
          }
          isBusy={phase.name === 'submitting'}
          hasButton={hasButton}
          onConfirm={() => void flow.confirm()}
          onChange={flow.change}
        />
      );
    case 'challenge':
      return <Challenge url={phase.url} onMoved={flow.hurry} onCancel={cancel} />;
    case 'redirect':
      return <Redirect onLeave={flow.leave} onCancel={cancel} />;
    case 'processing':
      return <Processing onCancel={cancel} />;
    case 'offline':
      return (
        <Offline
          isLoading={phase.step === 'loading'}
          text={phase.text}
          onRetry={() => void flow.retry()}
          onChange={session ? cancel : undefined}
        />
      );
    case 'succeeded':
      return <Succeeded details={phase.details} />;
    case 'session-over':
      return <SessionOver />;
    case 'nothing-offered':
      return <NothingOffered />;
    case 'loading':
    case 'entering':
    case 'declined':
      return null;
  }
}
