import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../client.ts';
import { isDecided, type Journal, type RawAnswer, type Update } from '../journal.ts';
import type { Random } from '../random.ts';

/** An update but for its number, which it is made from so that everything that it writes can be told by it. */
export type Draft = Omit<Update, 'number' | 'headers'> & { headers?: Record<string, string> };

/** Journals an update, sends it, and tries a few times more; null when it is still not known what became of it. */
export type Send = (draft: (number: number) => Draft, reserved?: number) => Promise<RawAnswer | null>;

/** What the clients of a load have in common. */
export type Load = {
  client: Client;
  random: Random;
  send: Send;
  /** A number for an update whose content is entered before it is sent. */
  reserveNumber(): number;
  /** Waits while the load is paused; false once it is to end. */
  mayGoOn(): Promise<boolean>;
};

const tries = 3;
const pauseMs = 150;

/** Sends updates under fresh Idempotency-Keys. `onAcknowledged` hears of each one that succeeded. */
export function createSending(
  journal: Journal,
  client: Client,
  onAcknowledged: (update: Update) => void,
): Pick<Load, 'send' | 'reserveNumber'> {
  let last = 0;
  const reserveNumber = () => ++last;

  async function tryOnce(update: Update): Promise<RawAnswer | null> {
    try {
      const answer = await client.send(update);
      journal.write({ type: 'answered', number: update.number, answer });
      if (answer.status < 300) onAcknowledged(update);
      return isDecided(answer) ? answer : null;
    } catch (error) {
      journal.write({ type: 'unanswered', number: update.number, reason: String(error) });
      return null;
    }
  }
  const send: Send = async (draft, number = reserveNumber()) => {
    const { headers, ...rest } = draft(number);
    const update: Update = { ...rest, number, headers: { 'idempotency-key': randomUUID(), ...headers } };
    journal.write({ type: 'sent', update });
    for (let n = 0; n < tries; n++) {
      if (n > 0) await delay(pauseMs);
      const decided = await tryOnce(update);
      if (decided) return decided;
    }
    return null;
  };
  return { send, reserveNumber };
}
