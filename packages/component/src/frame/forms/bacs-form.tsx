import { GroupedField } from '../fields/grouped-field.tsx';
import { sortCodeGrouping } from '../fields/groupings.ts';
import { TextField } from '../fields/text-field.tsx';
import { useText } from '../texts/text-context.tsx';
import { type BacsField, bacsFields, checkBacs } from './bacs-rules.ts';
import { FormFrame } from './form-frame.tsx';
import type { FormProps } from './form-props.ts';
import { MandateConsent } from './mandate.tsx';
import { useForm } from './use-form.ts';

/** A UK account, debited through Bacs. What its payer is promised is part of the mandate's text. */
export function BacsForm(props: FormProps) {
  const { t } = useText();
  const { name = '', email = '' } = props.customerData;
  const form = useForm<BacsField>(props, {
    names: bacsFields,
    initial: { accountHolder: name, email },
    check: checkBacs,
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
      <div class="fields-beside">
        <GroupedField
          field={form.field('sortCode')}
          grouping={sortCodeGrouping}
          label={t('upc.bacs.sort.code')}
          attributes={{ autocomplete: 'off', inputMode: 'numeric' }}
        />
        <TextField
          field={form.field('accountNumber')}
          label={t('upc.bacs.account.number')}
          attributes={{ autocomplete: 'off', inputMode: 'numeric' }}
          isCode
        />
      </div>
      <TextField
        field={form.field('email')}
        label={t('upc.bacs.email')}
        hint={t('upc.bacs.email.hint')}
        attributes={{ type: 'email', autocomplete: 'email', autocapitalize: 'off' }}
      />
      <MandateConsent session={props.session} choice="BACS" field={consent} />
    </FormFrame>
  );
}
