import type { TargetedInputEvent } from 'preact';
import type { FieldState } from '../forms/use-form.ts';
import { useText } from '../texts/text-context.tsx';
import { tidyExpiry, typedExpiry } from './expiry-text.ts';
import { TextField } from './text-field.tsx';

/** A card's expiry, in any form that people write it. */
export function ExpiryField({ field }: { field: FieldState }) {
  const { t } = useText();
  const edit = (event: TargetedInputEvent<HTMLInputElement>): void => {
    const input = event.currentTarget;
    // In the middle of the text nothing is put in: the customer is correcting something.
    const isAtEnd = (input.selectionStart ?? 0) === input.value.length;
    const isDeletion = event.inputType?.startsWith('delete') ?? false;
    if (isAtEnd) input.value = typedExpiry(input.value, isDeletion);
    field.change(input.value);
  };
  return (
    <TextField
      field={field}
      label={t('upc.card.expiry')}
      attributes={{ autocomplete: 'cc-exp', inputMode: 'numeric', placeholder: t('upc.card.expiry.hint') }}
      isCode
      onEdit={edit}
      onLeave={() => field.change(tidyExpiry(field.value))}
    />
  );
}
