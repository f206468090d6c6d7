import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What an update does; an instrument is replaced in the Customer API's dialect, all else in the Records API's. */
export type UpdateKind = 'create' | 'replace' | 'patch' | 'delete' | 'restore' | 'instrument';

/** A request as it is sent, and sent again: all but the credential. */
export type Update = {
  /** Unique in the journal, and written into the names of what the update writes. */
  number: number;
  kind: UpdateKind;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: object;
  /** Null when the update makes the record. */
  recordId: string | null;
  customerId: number;
};

export type RawAnswer = { status: number; text: string; replayed: boolean };

/** An update with every answer that it got, in order; `unanswered` counts the tries that got none. */
export type JournalEntry = { update: Update; answers: RawAnswer[]; unanswered: number };

type Line =
  | { type: 'sent'; update: Update }
  | { type: 'answered'; number: number; answer: RawAnswer }
  | { type: 'unanswered'; number: number; reason: string };

export type Journal = { write(line: Line): void; close(): void };

/** Appends to a file; a line is on disk before the next step, so that what was acknowledged is known whatever dies. */
export function openJournal(path: string): Journal {
  const file = openSync(path, 'a', 0o600);
  return {
    write(line) {
      writeSync(file, `${JSON.stringify(line)}\n`);
      fdatasyncSync(file);
    },
    close: () => closeSync(file),
  };
}

/** Everything in a journal, by the order in which it was first sent. */
export function readJournal(path: string): JournalEntry[] {
  const entries = new Map<number, JournalEntry>();
  // Whatever writes it may be in the middle of its last line.
  for (const text of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    const line: Line = JSON.parse(text);
    if (line.type === 'sent') {
      if (!entries.has(line.update.number)) {
        entries.set(line.update.number, { update: line.update, answers: [], unanswered: 0 });
      }
      continue;
    }
    const entry = entries.get(line.number);
    if (!entry) throw new Error(`the journal has an answer to ${line.number}, which was not sent`);
    if (line.type === 'answered') entry.answers.push(line.answer);
    else entry.unanswered += 1;
  }
  return [...entries.values()];
}

/** Whether an answer says for good what became of the request: not one that is worth the same request again. */
export const isDecided = ({ status, text }: RawAnswer): boolean =>
  status < 500 && status !== 401 && status !== 429 && !text.includes('"errormessage.idempotency.key.running"');

/** The first answer that says what became of an update, null as long as none does. */
export const decisionOf = ({ answers }: JournalEntry): RawAnswer | null => answers.find(isDecided) ?? null;

export const isAcknowledged = (entry: JournalEntry): boolean => {
  const decision = decisionOf(entry);
  return decision !== null && decision.status < 300;
};
