import type { Instrument } from '../gateway-answers.ts';
import { methodNames } from '../method-names.ts';
import { useText } from '../texts/text-context.tsx';
import { FormFrame } from './form-frame.tsx';
import type { FormProps } from './form-props.ts';
import { MandateText } from './mandate.tsx';
import { paymentAction } from './payment-action.ts';
import { useServerFault } from './use-server-fault.ts';

/** The choices without anything to fill in. */
type BareChoice = 'BANCONTACT' | 'BANK_TRANSFER' | 'CASH' | 'IDEAL' | 'PAYPAL' | 'TWINT';

const instruments: Readonly<Record<BareChoice, Instrument>> = {
  BANCONTACT: { paymentMethod: 'BANCONTACT', banContactCard: {} },
  BANK_TRANSFER: { paymentMethod: 'BANK_TRANSFER', bankTransfer: {} },
  CASH: { paymentMethod: 'CASH', cash: {} },
  IDEAL: { paymentMethod: 'IDEAL', ideal: {} },
  PAYPAL: { paymentMethod: 'PAYPAL', paypal: {} },
  TWINT: { paymentMethod: 'TWINT', twint: {} },
};

/** What the customer agrees to on another party's page; of iDEAL a SEPA mandate is kept, whose text stands here. */
export function RedirectForm(props: FormProps) {
  const { t, locale } = useText();
  const method = t(methodNames[props.choice]);
  const action = paymentAction(props.session, locale, t, t('upc.redirect.continue', { method }));
  return <BareForm {...props} action={action} hint={t('upc.redirect.hint', { method })} />;
}

/** Money that the customer brings or sends without being asked each time. */
export function ManualForm(props: FormProps) {
  const { t } = useText();
  const method = t(methodNames[props.choice]);
  const hint = t(props.choice === 'CASH' ? 'upc.cash.hint' : 'upc.bank.transfer.hint');
  return <BareForm {...props} action={t('upc.method.use', { method })} hint={hint} />;
}

const isBare = (choice: string): choice is BareChoice => Object.hasOwn(instruments, choice);

function BareForm({ action, hint, ...props }: FormProps & { action: string; hint: string }) {
  useServerFault(props);
  const submit = async (): Promise<boolean> =>
    isBare(props.choice) ? props.enter({ instrument: instruments[props.choice] }) : false;
  return (
    <FormFrame form={props} submit={submit} action={action}>
      <p class="explanation">{hint}</p>
      <MandateText session={props.session} choice={props.choice} />
    </FormFrame>
  );
}
