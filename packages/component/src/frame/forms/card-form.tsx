import { brandOf } from '@onfile/card/brand';
import { normalizeCardNumber } from '@onfile/card/number';
import { useEffect } from 'preact/hooks';
import { brandName } from '../fields/brand-name.ts';
import { ExpiryField } from '../fields/expiry-field.tsx';
import { GroupedField } from '../fields/grouped-field.tsx';
import { cardNumberGrouping, securityCodeGrouping } from '../fields/groupings.ts';
import { TextField } from '../fields/text-field.tsx';
import { useText } from '../texts/text-context.tsx';
import { type CardField, cardFields, checkCardEntry, expectedCodeLength } from './card-rules.ts';
import { FormFrame } from './form-frame.tsx';
import type { FormProps } from './form-props.ts';
import { paymentAction } from './payment-action.ts';
import { useForm } from './use-form.ts';

const fieldOf = { expiryMonth: 'expiry', expiryYear: 'expiry' } as const;

/** A credit or debit card. */
export function CardForm(props: FormProps) {
  const { t, locale } = useText();
  const form = useForm<CardField>(props, {
    names: cardFields,
    initial: { cardHolder: props.customerData.name ?? '' },
    check: (values) => checkCardEntry(values, new Date()),
    fieldOf,
  });
  const number = form.field('cardNumber');
  const code = form.field('securityCode');
  const codeLength = expectedCodeLength(number.value);
  useEffect(() => {
    if (props.declines > 0) code.change('');
  }, [props.declines]);

  return (
    <FormFrame
      form={props}
      submit={form.submit}
      hasFaults={form.hasFaults}
      action={paymentAction(props.session, locale, t, t('upc.card.save'))}
    >
      <GroupedField
        field={number}
        grouping={cardNumberGrouping}
        label={t('upc.card.number')}
        attributes={{ autocomplete: 'cc-number', inputMode: 'numeric' }}
        mark={<BrandMark number={number.value} />}
      />
      <div class="fields-beside">
        <ExpiryField field={form.field('expiry')} />
        <GroupedField
          field={code}
          grouping={securityCodeGrouping(codeLength)}
          label={t('upc.card.security.code')}
          hint={t(codeLength === 4 ? 'upc.card.security.code.front' : 'upc.card.security.code.back')}
          attributes={{ autocomplete: 'cc-csc', inputMode: 'numeric' }}
        />
      </div>
      <TextField
        field={form.field('cardHolder')}
        label={t('upc.card.holder')}
        attributes={{ autocomplete: 'cc-name' }}
      />
    </FormFrame>
  );
}

/** Maestro's range holds what others' do: it is not told before six digits, the shortest prefix that tells it apart. */
const surelyMaestro = 6;

function BrandMark({ number }: { number: string }) {
  const digits = normalizeCardNumber(number) ?? '';
  const brand = brandOf(digits);
  const isTold = brand !== undefined && (brand !== 'maestro' || digits.length >= surelyMaestro);
  return (
    <span class="brand-mark" aria-live="polite">
      {isTold && brandName(brand)}
    </span>
  );
}
