import { decisionOf, type JournalEntry, readJournal } from '../journal.ts';
import { checkAccounts } from './accounts.ts';
import { checkEvents, noEvents } from './events.ts';
import { createFindings, type Finding } from './findings.ts';
import { checkRetries, settleUndecided } from './retries.ts';
import type { Subject } from './subject.ts';
import { checkUpdates } from './updates.ts';
import { checkVersions, type ReadVersions } from './versions.ts';

export type Checked = {
  findings: Finding[];
  sent: number;
  acknowledged: number;
  /** Of which it was not said what became of them, or not yet. */
  undecided: number;
  versions: number;
  retried: number;
  events: number;
};

/**
 * Holds what clients may rely on against the journal of what they sent and what they were told. The load must stand
 * still. A check reads what is new since the one before; `settle` also sends every update of the journal again.
 */
export type Checker = { check(): Promise<Checked>; settle(): Promise<Checked> };

/** Retries at each check that is not the last. */
const sampled = 12;

export function createChecker(subject: Subject, journalPath: string): Checker {
  const { client } = subject;
  const versions: ReadVersions = new Map();
  const events = noEvents();
  const known = new Map<number, JournalEntry>();
  const retried = new Set<number>();

  /** The journal, with what was heard here when something was sent again. */
  function entries(): JournalEntry[] {
    for (const read of readJournal(journalPath)) {
      const entry = known.get(read.update.number);
      if (!entry) known.set(read.update.number, read);
      else if (!retried.has(read.update.number)) Object.assign(entry, read);
    }
    return [...known.values()];
  }
  async function check(toRetry: (decided: JournalEntry[]) => JournalEntry[]): Promise<Checked> {
    const findings = createFindings();
    const all = entries();
    const rows = await checkVersions(subject, versions, findings);
    const acknowledged = checkUpdates(all, versions, findings);
    await checkEvents(subject, events, rows, findings);
    await checkAccounts(subject, all, versions, findings);
    const decided = all.filter((entry) => decisionOf(entry) !== null);
    const again = toRetry(decided.filter(({ update }) => !retried.has(update.number)));
    await checkRetries(client, again, findings);
    for (const { update } of again) retried.add(update.number);
    return {
      findings: findings.list,
      sent: all.length,
      acknowledged,
      undecided: all.length - decided.length,
      versions: rows.length,
      retried: retried.size,
      events: events.last,
    };
  }
  return {
    check: () => check((decided) => decided.slice(-sampled)),
    async settle() {
      const findings = createFindings();
      const undecided = entries().filter((entry) => decisionOf(entry) === null);
      await settleUndecided(client, undecided, findings);
      for (const { update } of undecided) retried.add(update.number);
      const checked = await check((decided) => decided);
      // Once more: what was sent again must have changed nothing.
      const after = await check(() => []);
      return { ...after, findings: [...findings.list, ...checked.findings, ...after.findings] };
    },
  };
}
