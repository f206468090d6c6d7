import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { BusyButton } from '../fields/busy-button.tsx';
import { useText } from '../texts/text-context.tsx';
import type { FormProps } from './form-props.ts';

export type FormFrameProps = {
  form: FormProps;
  submit: () => Promise<boolean>;
  /** What the button says. */
  action: string;
  hasFaults?: boolean;
  isReady?: boolean;
  children?: ComponentChildren;
};

/** The form around a payment method's fields: its button, and the shop's button when that one is used instead. */
export function FormFrame({ form, submit, action, hasFaults = false, isReady = true, children }: FormFrameProps) {
  const { t } = useText();
  useEffect(() => form.onSubmitter(submit));
  useEffect(() => form.onReadiness(isReady), [isReady]);
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div role="alert">{hasFaults && <p class="notice notice-error">{t('upc.fields.wrong')}</p>}</div>
      {children}
      {form.hasButton && <BusyButton isBusy={form.isBusy} label={action} busyLabel={t('upc.submitting')} />}
    </form>
  );
}
