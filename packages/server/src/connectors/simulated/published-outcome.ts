import type { BankAccountDetails, DeclineReason } from '../connector.ts';

/** How a publisher says that the check of a test number ends: by itself, or after a completed challenge. */
export type PublishedOutcome = 'approved' | DeclineReason;

/** Test cards of one gateway that do the same, under what they stand for. */
export type TestCardGroup = {
  meaning: string;
  outcome: PublishedOutcome;
  /** The check is first answered with a 3-D Secure challenge. */
  challenge?: true;
  numbers: readonly string[];
};

/** Test bank accounts of one publisher that do the same, under what they stand for. */
export type TestBankAccountGroup = { meaning: string; outcome: PublishedOutcome; accounts: readonly string[] };

/**
 * One publisher's test bank accounts by kind: an IBAN in electronic form; a UK sort code, or a US routing number, then
 * a space and the account number.
 */
export type PublishedBankAccounts = Partial<Record<BankAccountDetails['kind'], readonly TestBankAccountGroup[]>>;
