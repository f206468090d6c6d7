// What an IBAN looks like (ISO 13616) would pass for a name, and is none.
const plausibleName = /^(?![A-Z]{2}\d{2}[0-9A-Z]{11,30}$)[A-Za-z_][\w-]{0,63}$/;
/** A card's or an account's number has as many, whatever stands between; no field of ours and no item's place does. */
const manyDigits = /(?:\d\D*){8}/;

/** The path of a field inside `parent`. A name that no schema would hold may be a secret, and is left out. */
export function fieldPath(parent: string, name: string): string {
  if (!plausibleName.test(name) || manyDigits.test(name)) return parent;
  return parent === '' ? name : `${parent}.${name}`;
}

/** The path of an item of the list at `parent`; an index as long as a card number is a name of that kind, too. */
export const itemPath = (parent: string, index: number | string): string =>
  manyDigits.test(String(index)) ? parent : `${parent}[${index}]`;
