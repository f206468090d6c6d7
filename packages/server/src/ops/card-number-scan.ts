import { containsCardNumber } from '@onfile/card/find-card-number';
import { OnfileError } from '../errors.ts';

/** Shorter than any card number, so not worth a look. */
const leastDigits = 12;

/** Refuses the request with 400 naming the field when text that people fill in holds a card number. */
export function refuseCardNumbers(value: unknown, path = '', exempt: (path: string) => boolean = () => false): void {
  if (typeof value === 'string' || typeof value === 'number') {
    // The digits of a fraction are no card number, though those of one in thirty would pass for one.
    const text = String(typeof value === 'number' ? Math.trunc(value) : value);
    if (text.length > leastDigits && !exempt(path) && containsCardNumber(text)) {
      throw new OnfileError('errormessage.card.number.found', { reference: path });
    }
  } else if (Array.isArray(value)) {
    for (const [n, item] of value.entries()) refuseCardNumbers(item, `${path}[${n}]`, exempt);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) {
      if (name.length > leastDigits && containsCardNumber(name)) {
        throw new OnfileError('errormessage.card.number.found', { reference: path });
      }
      refuseCardNumbers(field, path ? `${path}.${name}` : name, exempt);
    }
  }
}
