import type { FieldState } from '../forms/use-form.ts';
import { describedBy } from './field-frame.tsx';

/** A box to tick; its value is `yes` or empty. */
export function CheckField({ field, label }: { field: FieldState; label: string }) {
  const { id, error } = field;
  return (
    <div class={error === undefined ? 'field' : 'field field-wrong'}>
      <div class="check">
        <input
          type="checkbox"
          id={id}
          checked={field.value === 'yes'}
          aria-required="true"
          aria-invalid={error === undefined ? undefined : 'true'}
          aria-describedby={describedBy(id, undefined, error)}
          onChange={(event) => field.change(event.currentTarget.checked ? 'yes' : '')}
        />
        <label for={id}>{label}</label>
      </div>
      <p id={`${id}-error`} class="error" aria-live="polite">
        {error}
      </p>
    </div>
  );
}
