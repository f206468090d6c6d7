import { decisionOf, isAcknowledged, type JournalEntry, type UpdateKind } from '../journal.ts';
import type { Findings } from './findings.ts';
import type { ReadVersions, Version } from './versions.ts';

const deletion = 'stored_payment_method.deleted';
const restoration = 'stored_payment_method.restored';
/** What keeps the marks of the version before; all else is the work of the update whose mark it bears. */
const unmarked: ReadonlySet<string> = new Set([deletion, restoration, 'stored_payment_method.token_added']);
const unmarkedActions: Partial<Record<UpdateKind, string>> = { delete: deletion, restore: restoration };

/** Success, or that somebody else was first, the record is gone, a session lasted too long, nobody can say yet. */
const usual: ReadonlySet<number> = new Set([200, 201, 400, 401, 404, 409, 412, 503]);

/**
 * Holds that each update was applied as it was answered: once when it was acknowledged, not at all when it was refused,
 * once or not at all when nobody said. Answers how many were acknowledged.
 */
export function checkUpdates(entries: readonly JournalEntry[], read: ReadVersions, findings: Findings): number {
  const versions = [...read.values()].flat();
  const byMark = Map.groupBy(
    versions.filter(({ action }) => !unmarked.has(action)),
    ({ mark }) => mark,
  );
  const numbers = new Set(entries.map(({ update }) => update.number));
  for (const [mark, made] of byMark) {
    findings.hold(mark === null || numbers.has(mark), 'nothing is there that nobody sent', () => made);
  }
  const told = new Set<string>();
  for (const entry of entries) {
    const { update } = entry;
    const odd = entry.answers.find(({ status }) => !usual.has(status));
    findings.hold(odd === undefined, 'each request gets one of the answers that it may get', () => ({ update, odd }));
    const made = update.kind in unmarkedActions ? madeBy(entry, read) : (byMark.get(update.number) ?? []);
    const decision = decisionOf(entry);
    const facts = () => ({ update, decision, unanswered: entry.unanswered, made });
    findings.hold(made.length < 2, 'no update is applied twice', facts);
    if (decision !== null && isAcknowledged(entry)) {
      const version = versionTold(decision.text);
      const [first] = made;
      findings.hold(first !== undefined, 'no acknowledged update is lost', facts);
      const isThere = !first || keyOf(first) === keyOf(version);
      findings.hold(isThere, 'an update is in the version that its answer names', facts);
      findings.hold(!told.has(keyOf(version)), 'no two updates are told the same version', facts);
      told.add(keyOf(version));
    } else if (decision !== null) {
      findings.hold(made.length === 0, 'no refused update is applied', facts);
    }
  }
  return entries.filter(isAcknowledged).length;
}

/** Deletions and restorations bear no mark: one that was acknowledged made the version after the one it was based on. */
function madeBy(entry: JournalEntry, read: ReadVersions): Version[] {
  if (!isAcknowledged(entry)) return [];
  const { kind, headers, recordId } = entry.update;
  const base = Number(/\d+/.exec(headers['if-match'] ?? '')?.[0]);
  const versions = read.get(recordId ?? '') ?? [];
  return versions.filter(({ version, action }) => version === base + 1 && action === unmarkedActions[kind]);
}

const keyOf = ({ id, version }: { id: string; version: number }): string => `${id} ${version}`;

/** The version that an acknowledgement names, in either dialect. */
function versionTold(text: string): { id: string; version: number } {
  const body = JSON.parse(text);
  const record = body.record ?? body;
  return { id: record.id ?? record.storedPaymentMethodId, version: record.sys_version ?? record.sysVersion };
}
