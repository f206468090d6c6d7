import type { MandateScheme } from '@onfile/card/mandate';
import type { CalculationFaultCode } from '../contract/calculation-fault.ts';
import type { ErrorCode } from '../error-codes.ts';
import cs from './cs.json' with { type: 'json' };
import de from './de.json' with { type: 'json' };
import deCH from './de-CH.json' with { type: 'json' };
import deLI from './de-LI.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };
import enCA from './en-CA.json' with { type: 'json' };
import enGB from './en-GB.json' with { type: 'json' };
import enUS from './en-US.json' with { type: 'json' };
import es from './es.json' with { type: 'json' };
import fr from './fr.json' with { type: 'json' };
import frLU from './fr-LU.json' with { type: 'json' };
import hu from './hu.json' with { type: 'json' };
import it from './it.json' with { type: 'json' };
import nb from './nb.json' with { type: 'json' };
import nl from './nl.json' with { type: 'json' };
import pl from './pl.json' with { type: 'json' };
import ro from './ro.json' with { type: 'json' };
import ru from './ru.json' with { type: 'json' };
import sl from './sl.json' with { type: 'json' };
import sv from './sv.json' with { type: 'json' };
import tr from './tr.json' with { type: 'json' };

export type TextKey =
  | ErrorCode
  | `mandate.${MandateScheme}`
  | `calculation.${CalculationFaultCode}`
  | `argument.${'true' | 'false' | 'unlimited'}`;

/** ICU messages by key; `enum.` texts name the values of arguments, `field.` texts the fields of a record. */
export type Catalog = Readonly<Record<TextKey, string> & Record<`${'enum' | 'field'}.${string}`, string>>;

/** What a text falls back to: every key is in it. */
export const english: Catalog = en;

/** By locale: languages, and variants, whose files hold only what differs from their language. */
export const catalogs: ReadonlyMap<string, Catalog> = new Map<string, Catalog>([
  ['cs', cs],
  ['de', de],
  ['de-CH', { ...de, ...deCH }],
  ['de-LI', { ...de, ...deLI }],
  ['en', english],
  ['en-CA', { ...en, ...enCA }],
  ['en-GB', { ...en, ...enGB }],
  ['en-US', { ...en, ...enUS }],
  ['es', es],
  ['fr', fr],
  ['fr-LU', { ...fr, ...frLU }],
  ['hu', hu],
  ['it', it],
  ['nb', nb],
  ['nl', nl],
  ['pl', pl],
  ['ro', ro],
  ['ru', ru],
  ['sl', sl],
  ['sv', sv],
  ['tr', tr],
]);
