import type { Client } from '../client.ts';
import { decisionOf, isDecided, type JournalEntry } from '../journal.ts';
import type { Findings } from './findings.ts';
import { forAll } from './subject.ts';

const tries = 20;
const pauseMs = 250;

/** Sends again until what became of it is said; the answers are noted in the entry. */
async function sendUntilDecided(client: Client, entry: JournalEntry) {
  for (let n = 0; n < tries; n++) {
    const answer = await client.send(entry.update).catch(() => null);
    if (answer) entry.answers.push(answer);
    else entry.unanswered += 1;
    if (answer && isDecided(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return null;
}

/** Holds that an update that was decided gets the same answer again, byte for byte, under its key. */
export async function checkRetries(
  client: Client,
  entries: readonly JournalEntry[],
  findings: Findings,
): Promise<void> {
  await forAll(entries, async (entry) => {
    const first = decisionOf(entry);
    const again = await sendUntilDecided(client, entry);
    const isSame = again?.status === first?.status && again?.text === first?.text && again?.replayed === true;
    findings.hold(isSame, 'a retry gets the first answer, byte for byte', () => ({
      update: entry.update,
      first,
      again,
    }));
  });
}

/** Sends those of which it is not known what became of them, as their clients would; each must now be told. */
export async function settleUndecided(
  client: Client,
  entries: readonly JournalEntry[],
  findings: Findings,
): Promise<void> {
  await forAll(entries, async (entry) => {
    const answer = await sendUntilDecided(client, entry);
    findings.hold(answer !== null, 'a retry tells what became of an interrupted update', () => entry);
  });
}
