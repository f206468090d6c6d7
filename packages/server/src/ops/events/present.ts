import { type Event, type EventType, subjectOfEvent } from '../../contract/events.ts';
import type { EventRow } from '../../store/event-list.ts';

/** An event as it is told; what was stored is one of the types of the contract, which the type of each trail holds. */
export function presentEvent(row: EventRow): Event {
  const type = row.type as EventType;
  return {
    number: row.number,
    id: row.event_id,
    type,
    version: row.type_version,
    at: row.at.toISOString(),
    subject: {
      kind: subjectOfEvent(type, row.payload),
      id: row.subject_id,
      ...(row.subject_version === null ? {} : { version: row.subject_version }),
    },
    data: row.payload,
  } as Event;
}
