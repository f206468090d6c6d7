import type { ComponentChildren, TargetedInputEvent } from 'preact';
import type { FieldState } from '../forms/use-form.ts';
import { describedBy, FieldFrame } from './field-frame.tsx';

type InputAttributes = {
  type?: 'text' | 'email';
  autocomplete: string;
  inputMode?: 'numeric';
  autocapitalize?: 'off' | 'characters';
  placeholder?: string;
};

export type TextFieldProps = {
  field: FieldState;
  label: string;
  hint?: string;
  attributes: InputAttributes;
  /** Numbers and codes: always written from left to right, digits of one width. */
  isCode?: boolean;
  /** Shown in the field, at its end. */
  mark?: ComponentChildren;
  /** Takes over what an edit does to the text and the caret. */
  onEdit?: (event: TargetedInputEvent<HTMLInputElement>) => void;
  onLeave?: () => void;
};

/** One line of text. */
export function TextField({ field, label, hint, attributes, isCode = false, mark, ...on }: TextFieldProps) {
  const { id, error } = field;
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
      <div class="input">
        <input
          type={attributes.type ?? 'text'}
          autocomplete={attributes.autocomplete}
          autocapitalize={attributes.autocapitalize ?? (isCode ? 'off' : 'words')}
          inputMode={attributes.inputMode}
          placeholder={attributes.placeholder}
          spellcheck={false}
          list={undefined}
          id={id}
          name={id}
          class={isCode ? 'code' : undefined}
          dir={isCode ? 'ltr' : undefined}
          value={field.value}
          aria-required="true"
          aria-invalid={error === undefined ? undefined : 'true'}
          aria-describedby={describedBy(id, hint, error)}
          onInput={on.onEdit ?? ((event) => field.change(event.currentTarget.value))}
          onBlur={() => {
            on.onLeave?.();
            field.leave();
          }}
        />
        {mark}
      </div>
    </FieldFrame>
  );
}
