import type { SavedInstrument } from '../gateway-answers.ts';
import { useText } from '../texts/text-context.tsx';
import { FormFrame } from './form-frame.tsx';
import type { FormProps } from './form-props.ts';
import { paymentAction } from './payment-action.ts';
import { useServerFault } from './use-server-fault.ts';

/** An instrument on file that the customer picked: there is nothing left to fill in. */
export function SavedForm({ instrument, ...props }: FormProps & { instrument: SavedInstrument }) {
  const { t, locale } = useText();
  useServerFault(props);
  const { paymentChoice, paymentInstrumentToken } = instrument;
  return (
    <FormFrame
      form={props}
      submit={() => props.enter({ instrument: { paymentMethod: paymentChoice, paymentInstrumentToken } })}
      action={paymentAction(props.session, locale, t, t('upc.saved.use'))}
    />
  );
}
