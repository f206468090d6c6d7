import { checkModulus } from '@onfile/card/modulus-check';
import { formatSortCode, parseSortCode, parseUkAccount, type UkAccount } from '@onfile/card/sort-code';
import { type Checked, type Fault, missing, onlyFaults, type Values } from './checked.ts';

export const bacsFields = ['accountHolder', 'sortCode', 'accountNumber', 'email', 'mandateAccepted'] as const;
export type BacsField = (typeof bacsFields)[number];

/** A UK account and the instruction to debit it, to be reviewed, or what is wrong with each field. */
export function checkBacs(values: Values<BacsField>): Checked<BacsField> {
  const { value: sortCode } = parseSortCode(values.sortCode);
  const { value: account } = parseUkAccount(sortCode ?? '', values.accountNumber);
  const email = values.email.trim();
  const faults = onlyFaults<BacsField>({
    accountHolder: missing(values.accountHolder, 'upc.account.holder.missing'),
    sortCode:
      missing(values.sortCode, 'upc.bacs.sort.code.missing') ??
      (sortCode === undefined ? { key: 'upc.bacs.sort.code.invalid' } : undefined),
    accountNumber:
      missing(values.accountNumber, 'upc.bacs.account.number.missing') ?? accountFault(account, sortCode !== undefined),
    email:
      missing(email, 'upc.bacs.email.missing') ??
      (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) ? undefined : { key: 'upc.bacs.email.invalid' }),
    mandateAccepted: missing(values.mandateAccepted, 'upc.mandate.accept.missing'),
  });
  if (faults || !account) return { faults: faults ?? {} };
  const accountHolder = values.accountHolder.trim();
  return {
    entry: {
      instrument: {
        paymentMethod: 'BACS',
        bacs: { accountHolder, ...account, email, mandateAccepted: true },
      },
      summary: [
        { label: 'upc.account.holder', value: accountHolder },
        { label: 'upc.bacs.sort.code', value: formatSortCode(account.sortCode) },
        { label: 'upc.bacs.account.number', value: account.accountNumber },
        { label: 'upc.bacs.email', value: email },
      ],
    },
  };
}

// Without a sort code there is nothing to check the number by, and the sort code's own fault is said already.
function accountFault(account: UkAccount | undefined, hasSortCode: boolean): Fault | undefined {
  if (!account) return { key: 'upc.bacs.account.number.invalid' };
  if (!hasSortCode || checkModulus(account) !== 'failed') return undefined;
  return { key: 'upc.bacs.account.number.mismatch' };
}
