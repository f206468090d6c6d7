import type { ComponentChildren } from 'preact';
import { describeInstrument } from '../describe-instrument.ts';
import type { Session } from '../gateway-answers.ts';
import { inShownOrder, methodNames } from '../method-names.ts';
import { useText } from '../texts/text-context.tsx';

export type MethodPickerProps = {
  session: Session;
  /** A payment choice's name, or the token of an instrument on file. */
  picked: string;
  isBusy: boolean;
  onPick: (picked: string) => void;
  /** The form of what is picked. */
  children: ComponentChildren;
};

/** Instruments on file and ways to add another, one of them open. With a single way there is nothing to pick. */
export function MethodPicker(props: MethodPickerProps) {
  const { t } = useText();
  const { existingPaymentInstruments: saved, permittedPaymentChoices: choices } = props.session;
  if (saved.length === 0 && choices.length === 1) return <div class="single-method">{props.children}</div>;
  return (
    <div class="methods">
      {saved.length > 0 && (
        <fieldset>
          <legend>{t('upc.my.payment.instruments')}</legend>
          {saved.map(({ paymentInstrumentToken: token, ...instrument }) => (
            <Method key={token} {...props} value={token} {...describeInstrument(instrument, t)} />
          ))}
        </fieldset>
      )}
      <fieldset>
        <legend>{t(saved.length > 0 ? 'upc.payment.methods.add.new' : 'upc.payment.methods')}</legend>
        {inShownOrder(choices).map((choice) => (
          <Method key={choice} {...props} value={choice} name={t(methodNames[choice])} />
        ))}
      </fieldset>
    </div>
  );
}

type MethodProps = MethodPickerProps & { value: string; name: string; detail?: string };

function Method({ value, name, detail, picked, isBusy, onPick, children }: MethodProps) {
  const isPicked = picked === value;
  return (
    <div class={isPicked ? 'method method-picked' : 'method'}>
      <label class="method-label">
        <input
          type="radio"
          name="method"
          value={value}
          checked={isPicked}
          disabled={isBusy && !isPicked}
          onChange={() => onPick(value)}
        />
        <span class="method-name">{name}</span>
        {detail !== undefined && <span class="method-detail">{detail}</span>}
      </label>
      {isPicked && <div class="method-form">{children}</div>}
    </div>
  );
}
