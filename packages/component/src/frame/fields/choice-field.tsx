import type { FieldState } from '../forms/use-form.ts';
import { describedBy } from './field-frame.tsx';

export type ChoiceFieldProps = {
  field: FieldState;
  label: string;
  options: readonly { value: string; label: string }[];
};

/** One of a few, side by side. */
export function ChoiceField({ field, label, options }: ChoiceFieldProps) {
  const { id, error } = field;
  return (
    <fieldset
      class={error === undefined ? 'field choice' : 'field choice field-wrong'}
      aria-describedby={describedBy(id, undefined, error)}
    >
      <legend>{label}</legend>
      <div class="choice-options">
        {options.map(({ value, label: name }, place) => (
          <label key={value} class="choice-option">
            <input
              type="radio"
              id={place === 0 ? id : undefined}
              name={id}
              value={value}
              checked={field.value === value}
              onChange={() => field.change(value)}
            />
            <span>{name}</span>
          </label>
        ))}
      </div>
      <p id={`${id}-error`} class="error" aria-live="polite">
        {error}
      </p>
    </fieldset>
  );
}
