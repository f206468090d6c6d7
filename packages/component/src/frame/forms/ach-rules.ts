import { parseAchAccountNumber } from '@onfile/card/ach-account-number';
import { parseRoutingNumber } from '@onfile/card/routing-number';
import type { TextKey } from '../texts/text-key.ts';
import { type Checked, missing, onlyFaults, type Values } from './checked.ts';

export const achFields = ['accountHolder', 'routingNumber', 'accountNumber', 'accountType', 'mandateAccepted'] as const;
export type AchField = (typeof achFields)[number];

export const accountTypes = ['checking', 'savings'] as const;
export type AccountType = (typeof accountTypes)[number];

export const accountTypeNames: Readonly<Record<AccountType, TextKey>> = {
  checking: 'upc.ach.account.type.checking',
  savings: 'upc.ach.account.type.savings',
};

/** A US account and the authorisation to debit it, to be reviewed, or what is wrong with each field. */
export function checkAch(values: Values<AchField>, typeName: (type: AccountType) => string): Checked<AchField> {
  const { value: routingNumber } = parseRoutingNumber(values.routingNumber);
  const { value: accountNumber } = parseAchAccountNumber(values.accountNumber);
  const accountType = accountTypes.find((type) => type === values.accountType);
  const faults = onlyFaults<AchField>({
    accountHolder: missing(values.accountHolder, 'upc.account.holder.missing'),
    routingNumber:
      missing(values.routingNumber, 'upc.ach.routing.number.missing') ??
      (routingNumber === undefined ? { key: 'upc.ach.routing.number.invalid' } : undefined),
    accountNumber:
      missing(values.accountNumber, 'upc.ach.account.number.missing') ??
      (accountNumber === undefined ? { key: 'upc.ach.account.number.invalid' } : undefined),
    accountType: accountType ? undefined : { key: 'upc.ach.account.type.missing' },
    mandateAccepted: missing(values.mandateAccepted, 'upc.mandate.accept.missing'),
  });
  if (faults || !accountType || routingNumber === undefined || accountNumber === undefined) {
    return { faults: faults ?? {} };
  }
  const accountHolder = values.accountHolder.trim();
  return {
    entry: {
      instrument: {
        paymentMethod: 'ACH',
        ach: { accountHolder, routingNumber, accountNumber, accountType, mandateAccepted: true },
      },
      summary: [
        { label: 'upc.account.holder', value: accountHolder },
        { label: 'upc.ach.routing.number', value: routingNumber },
        { label: 'upc.ach.account.number', value: accountNumber },
        { label: 'upc.ach.account.type', value: typeName(accountType) },
      ],
    },
  };
}
