import type { Entry } from '../flow/phase.ts';
import type { TextKey } from '../texts/text-key.ts';

/** What is wrong with a field; the values fill in the text's placeholders. */
export type Fault = { key: TextKey; values?: Readonly<Record<string, string>> };

/** A form's fields as the customer filled them in; a ticked box is `yes`. */
export type Values<Name extends string> = Readonly<Record<Name, string>>;

export type Faults<Name extends string> = Partial<Record<Name, Fault>>;

/** What checking a form gives: the entry, or the fault of each field that has one. */
export type Checked<Name extends string> = { entry: Entry; faults?: never } | { entry?: never; faults: Faults<Name> };

/** The faults without the names of fields that have none. */
export function onlyFaults<Name extends string>(faults: Record<Name, Fault | undefined>): Faults<Name> | undefined {
  const found = Object.entries(faults).filter(([, fault]) => fault !== undefined);
  return found.length > 0 ? (Object.fromEntries(found) as Faults<Name>) : undefined;
}

/** The fault of a field that was left empty. */
export const missing = (value: string, key: TextKey): Fault | undefined => (value.trim() === '' ? { key } : undefined);
