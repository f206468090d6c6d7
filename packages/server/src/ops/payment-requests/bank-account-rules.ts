import { parseAchAccountNumber } from '@onfile/card/ach-account-number';
import { bicFitsIban, parseBic } from '@onfile/card/bic';
import { type Iban, ibanLastFour, parseIban } from '@onfile/card/iban';
import { checkModulus } from '@onfile/card/modulus-check';
import { parseRoutingNumber } from '@onfile/card/routing-number';
import { isSepaCountry } from '@onfile/card/sepa-countries';
import { parseSortCode, parseUkAccount } from '@onfile/card/sort-code';
import { swissAccount } from '@onfile/card/swiss-iban';
import { Failures } from '../../contract/failures.ts';
import type { AchEntry, BacsEntry, IbanEntry } from '../../contract/gateway.ts';
import { Secret } from '../../crypto/secret.ts';
import type { ErrorCode } from '../../error-codes.ts';
import { OnfileError } from '../../errors.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import type { KeptBankAccount } from '../instruments/kept.ts';
import type { VaultNumber } from '../instruments/vault.ts';

/** A bank account as entered, if it can be one: what is kept of it, and its number for vault and connector. */
export type CheckedBankAccount = { holder: string; lastFour: string; kept: KeptBankAccount; vault: VaultNumber };

type IbanChoice = 'SEPA' | 'CH_DD' | 'LSV';

/** Country and check digits, and the last four characters. */
const maskIban = (electronic: string): string =>
  `${electronic.slice(0, 4)}${'*'.repeat(electronic.length - 8)}${ibanLastFour(electronic)}`;

/**
 * An IBAN that the choice can debit: SEPA in its countries, CH_DD and LSV in Switzerland and Liechtenstein, where a
 * QR-IBAN takes no debits. Throws 400 naming the fields under `field`.
 */
export function checkIban(entry: IbanEntry, choice: IbanChoice, field: string): CheckedBankAccount {
  const refuse = refusal(field);
  const failures = new Failures();
  failures.check(() => refuseCardNumbers(entry.accountHolder, `${field}.accountHolder`));
  const parsed = parseIban(entry.iban);
  if (parsed.fault) failures.add(refuse('errormessage.iban.invalid', 'iban'));
  else if (!canDebit(choice, parsed.value)) failures.add(refuse('errormessage.iban.not.debitable', 'iban'));
  const bic = entry.bic === undefined ? undefined : parseBic(entry.bic);
  const isOther = bic?.value && parsed.value && !bicFitsIban(bic.value, parsed.value);
  if (bic?.fault || isOther) failures.add(refuse('errormessage.bic.invalid', 'bic'));
  const iban = failures.passed(parsed.value);
  return ibanAccount(entry.accountHolder, iban, { choice, ...(bic?.value ? { bic: bic.value.code } : {}) });
}

/** An account by its checked IBAN. */
export const ibanAccount = (
  holder: string,
  { electronic }: Iban,
  rest: { choice: IbanChoice | 'IDEAL'; bic?: string; issuer?: string },
): CheckedBankAccount => ({
  holder,
  lastFour: ibanLastFour(electronic),
  kept: { ...rest, maskedIban: maskIban(electronic) },
  vault: { kind: 'iban', number: new Secret(electronic) },
});

function canDebit(choice: IbanChoice, iban: Iban): boolean {
  if (choice === 'SEPA') return isSepaCountry(iban.country);
  const swiss = swissAccount(iban);
  return swiss !== undefined && !swiss.qr;
}

/** A UK account that passes the modulus check of its sort code, where one is published. Throws 400 naming the fields. */
export function checkUkAccount(entry: BacsEntry, field: string): CheckedBankAccount {
  const refuse = refusal(field);
  const failures = new Failures();
  failures.check(() => refuseCardNumbers({ accountHolder: entry.accountHolder, email: entry.email }, field));
  const sortCode = parseSortCode(entry.sortCode);
  if (sortCode.fault) failures.add(refuse('errormessage.sort.code.invalid', 'sortCode'));
  // Which account numbers there can be depends on the sort code.
  const account = sortCode.fault ? undefined : parseUkAccount(sortCode.value, entry.accountNumber);
  if (account && (account.fault || checkModulus(account.value) === 'failed')) {
    failures.add(refuse('errormessage.account.number.invalid', 'accountNumber'));
  }
  const { sortCode: place, accountNumber } = failures.passed(account?.value);
  return {
    holder: entry.accountHolder,
    lastFour: accountNumber.slice(-4),
    kept: { choice: 'BACS', sortCode: place, email: entry.email },
    vault: { kind: 'uk-account', place, number: new Secret(accountNumber) },
  };
}

/** A US account at a bank whose routing number can be one. Throws 400 naming the fields. */
export function checkUsAccount(entry: AchEntry, field: string): CheckedBankAccount {
  const refuse = refusal(field);
  const failures = new Failures();
  failures.check(() => refuseCardNumbers(entry.accountHolder, `${field}.accountHolder`));
  const routingNumber = parseRoutingNumber(entry.routingNumber);
  if (routingNumber.fault) failures.add(refuse('errormessage.routing.number.invalid', 'routingNumber'));
  const account = parseAchAccountNumber(entry.accountNumber);
  if (account.fault) failures.add(refuse('errormessage.account.number.invalid', 'accountNumber'));
  const place = failures.passed(routingNumber.value);
  const number = failures.passed(account.value);
  return {
    holder: entry.accountHolder,
    lastFour: number.slice(-4),
    kept: { choice: 'ACH', routingNumber: place, accountType: entry.accountType },
    vault: { kind: 'us-account', place, number: new Secret(number) },
  };
}

const refusal = (field: string) => (code: ErrorCode, name: string) =>
  new OnfileError(code, { reference: `${field}.${name}` });
