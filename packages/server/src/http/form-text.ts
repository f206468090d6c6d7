import { fieldPath } from '../contract/field-path.ts';
import { isStorableText } from '../contract/json-text.ts';
import { OnfileError } from '../errors.ts';
import { isDecodable } from './percent-encoding.ts';

/** Bytes that a form may have: anybody may send one, and many fields keep everybody else waiting. */
export const formLimit = 65_536;

/** The fields of a form. Refused with 400: a field given twice, and text that is not UTF-8 or cannot be stored. */
export function parseFormText(text: string): Record<string, string> {
  if (!isDecodable(text)) throw new OnfileError('errormessage.validation.encoding');
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    const reference = fieldPath('', name) || undefined;
    if (fields.has(name)) throw new OnfileError('errormessage.validation.duplicate', { reference });
    if (!isStorableText(name + value)) throw new OnfileError('errormessage.validation.encoding', { reference });
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}
