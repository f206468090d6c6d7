import type { TargetedInputEvent } from 'preact';
import { type Grouping, regroup, withoutNeighbour } from './grouped-text.ts';
import { TextField, type TextFieldProps } from './text-field.tsx';

export type GroupedFieldProps = Omit<TextFieldProps, 'onEdit' | 'isCode'> & { grouping: Grouping };

/** A number that is grouped while it is typed, with the caret where the customer left it. */
export function GroupedField({ grouping, ...props }: GroupedFieldProps) {
  const { field } = props;
  const edit = (event: TargetedInputEvent<HTMLInputElement>): void => {
    const input = event.currentTarget;
    const edited = { text: input.value, caret: input.selectionStart ?? input.value.length };
    const meant = withoutNeighbour(edited, field.value, event.inputType, grouping);
    const { text, caret } = regroup(meant, grouping);
    input.value = text;
    // Only the focused input has a caret to keep; moving another one's would take the focus from the customer.
    if (document.activeElement === input) input.setSelectionRange(caret, caret);
    field.change(text);
  };
  return <TextField {...props} isCode onEdit={edit} />;
}
