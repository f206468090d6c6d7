import { readPatiently } from '../client.ts';
import { isAcknowledged, type JournalEntry } from '../journal.ts';
import type { Findings } from './findings.ts';
import { forAll, type Subject } from './subject.ts';
import type { ReadVersions } from './versions.ts';

/** Holds that each customer's account bills what the last replacement put there, and has changed once for each. */
export async function checkAccounts(
  { client }: Subject,
  entries: readonly JournalEntry[],
  read: ReadVersions,
  findings: Findings,
): Promise<void> {
  const instruments = entries.filter(({ update }) => update.kind === 'instrument');
  const byCustomer = [...Map.groupBy(instruments, ({ update }) => update.customerId)];
  const versions = [...read.values()].flat();
  await forAll(byCustomer, async ([customerId, own]) => {
    if (!own.some(isAcknowledged)) return;
    const numbers = new Set<number | null>(own.map(({ update }) => update.number));
    const made = versions.filter(({ action, mark }) => action.startsWith('account_') && numbers.has(mark));
    const path = `/v1/customers/${customerId}/account/payment-instrument`;
    const account = await readPatiently(client, 'api-key', path);
    const facts = () => ({ customerId, account, made: made.length, last: made.at(-1) });
    findings.hold(account.accountVersion === made.length, 'an account changes once for each replacement', facts);
    const last = read.get(account.storedPaymentMethodId)?.at(-1);
    const isLast = last !== undefined && last.version === account.sysVersion && numbers.has(last.mark);
    findings.hold(isLast, 'the account bills what was put there last', facts);
  });
}
