import { ChoiceField } from '../fields/choice-field.tsx';
import { GroupedField } from '../fields/grouped-field.tsx';
import { routingNumberGrouping } from '../fields/groupings.ts';
import { TextField } from '../fields/text-field.tsx';
import { useText } from '../texts/text-context.tsx';
import { type AchField, accountTypeNames, accountTypes, achFields, checkAch } from './ach-rules.ts';
import { FormFrame } from './form-frame.tsx';
import type { FormProps } from './form-props.ts';
import { MandateConsent } from './mandate.tsx';
import { useForm } from './use-form.ts';

/** A US account, debited through ACH. */
export function AchForm(props: FormProps) {
  const { t } = useText();
  const form = useForm<AchField>(props, {
    names: achFields,
    initial: { accountHolder: props.customerData.name ?? '' },
    check: (values) => checkAch(values, (type) => t(accountTypeNames[type])),
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
        field={form.field('routingNumber')}
        grouping={routingNumberGrouping}
        label={t('upc.ach.routing.number')}
        attributes={{ autocomplete: 'off', inputMode: 'numeric' }}
      />
      <TextField
        field={form.field('accountNumber')}
        label={t('upc.ach.account.number')}
        attributes={{ autocomplete: 'off', inputMode: 'numeric' }}
        isCode
      />
      <ChoiceField
        field={form.field('accountType')}
        label={t('upc.ach.account.type')}
        options={accountTypes.map((value) => ({ value, label: t(accountTypeNames[value]) }))}
      />
      <MandateConsent session={props.session} choice="ACH" field={consent} />
    </FormFrame>
  );
}
