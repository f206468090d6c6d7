import { GroupedField } from '../fields/grouped-field.tsx';
import { ibanGrouping } from '../fields/groupings.ts';
import { TextField } from '../fields/text-field.tsx';
import { useText } from '../texts/text-context.tsx';
import { useChunk } from '../use-chunk.ts';
import { FormFrame } from './form-frame.tsx';
import type { FormProps } from './form-props.ts';
import {
  checkIbanDebit,
  type IbanDebit,
  type IbanDebitField,
  ibanDebitFields,
  isIbanDebit,
} from './iban-debit-rules.ts';
import { MandateConsent } from './mandate.tsx';
import { type FieldState, useForm } from './use-form.ts';

const loadSignature = async () => (await import('../fields/signature-field.tsx')).SignatureField;

/** An account that is debited by its IBAN: SEPA, CH-DD or LSV+. */
export function IbanDebitForm(props: FormProps) {
  const { t } = useText();
  const choice: IbanDebit = isIbanDebit(props.choice) ? props.choice : 'SEPA';
  const requireSignature = props.session.requireDirectDebitSignature;
  const form = useForm<IbanDebitField>(props, {
    names: ibanDebitFields,
    initial: { accountHolder: props.customerData.name ?? '' },
    check: (values) => checkIbanDebit(choice, values, { requireSignature, signedText: t('upc.signature.given') }),
  });
  const consent = form.field('mandateAccepted');
  return (
    <FormFrame
      form={props}
      submit={form.submit}
      hasFaults={form.hasFaults}
      isReady={consent.value === 'yes'}
      action={t('upc.account.continue')}
    >
      <TextField
        field={form.field('accountHolder')}
        label={t('upc.account.holder')}
        attributes={{ autocomplete: 'name' }}
      />
      <GroupedField
        field={form.field('iban')}
        grouping={ibanGrouping}
        label={t('upc.iban')}
        attributes={{ autocomplete: 'off', autocapitalize: 'characters' }}
      />
      <MandateConsent session={props.session} choice={choice} field={consent} />
      {requireSignature && <Signature field={form.field('signature')} />}
    </FormFrame>
  );
}

function Signature({ field }: { field: FieldState }) {
  const { t } = useText();
  const { component: Field, isLost, retry } = useChunk(loadSignature);
  if (Field) return <Field field={field} />;
  if (!isLost) return <div class="skeleton skeleton-signature" />;
  return (
    <button type="button" class="button" onClick={retry}>
      {t('upc.retry')}
    </button>
  );
}
