import { type EventType, eventTypes } from '../../contract/events.ts';
import { OnfileError, stringArgument } from '../../errors.ts';

/** Reads `types`, names separated by commas; null, which is all of them, when left out. Throws 400 for other names. */
export function readEventTypes(text: string | undefined): EventType[] | null {
  if (text === undefined) return null;
  const wanted = new Set(text.split(',').map((name) => name.trim()));
  const known = eventTypes.filter((type) => wanted.has(type));
  if (known.length === wanted.size) return known;
  throw new OnfileError('errormessage.validation.allowed.values', {
    args: [stringArgument(eventTypes.toSorted().join(', '))],
    reference: 'types',
  });
}
