// What an IBAN looks like (ISO 13616) would pass for a name, and is none.
const plausibleName = /^(?![A-Z]{2}\d{2}[0-9A-Z]{11,30}$)[A-Za-z_][\w-]{0,63}$/;

/** The path of a field inside `parent`. A name that no schema would hold may be a secret, and is left out. */
export function fieldPath(parent: string, name: string): string {
  if (!plausibleName.test(name)) return parent;
  return parent === '' ? name : `${parent}.${name}`;
}

/** The path of an item of the list at `parent`. */
export const itemPath = (parent: string, index: number | string): string => `${parent}[${index}]`;
