import type { PaymentFlow } from '../flow/payment-steps.ts';
import { type FlowState, pickedInstrument } from '../flow/phase.ts';
import type { FormHandle } from '../flow/use-payment-flow.ts';
import type { Session } from '../gateway-answers.ts';
import { Skeleton } from '../screens/skeleton.tsx';
import { useText } from '../texts/text-context.tsx';
import { useChunk } from '../use-chunk.ts';
import { formChunks } from './form-chunks.ts';
import type { FormProps } from './form-props.ts';
import { SavedForm } from './saved-form.tsx';

export type PickedFormProps = {
  state: FlowState;
  session: Session;
  flow: PaymentFlow;
  form: FormHandle;
  hasButton: boolean;
};

/** The form of the way to pay that is picked. */
export function PickedForm({ state, session, flow, form, hasButton }: PickedFormProps) {
  const { phase, picked } = state;
  const instrument = pickedInstrument(state);
  const choice = session.permittedPaymentChoices.find((permitted) => permitted === picked);
  const props: Omit<FormProps, 'choice'> = {
    session,
    customerData: form.customerData,
    hasButton,
    isBusy: phase.name === 'submitting',
    declines: state.declines,
    fault: phase.name === 'entering' ? phase.fault : undefined,
    onUnplacedFault: form.onUnplacedFault,
    onReadiness: form.onReadiness,
    onSubmitter: form.onSubmitter,
    enter: flow.enter,
  };
  if (instrument) return <SavedForm {...props} choice={instrument.paymentChoice} instrument={instrument} />;
  return choice ? <NewInstrumentForm {...props} choice={choice} /> : null;
}

function NewInstrumentForm(props: FormProps) {
  const { t } = useText();
  const { component: Form, isLost, retry } = useChunk(formChunks[props.choice]);
  if (Form) return <Form {...props} />;
  if (!isLost) return <Skeleton />;
  return (
    <div role="alert">
      <p>{t('upc.offline.loading')}</p>
      <button type="button" class="button button-main" onClick={retry}>
        {t('upc.retry')}
      </button>
    </div>
  );
}
