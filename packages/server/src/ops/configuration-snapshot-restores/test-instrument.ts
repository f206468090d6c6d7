import { brandOf, recordCardType } from '@onfile/card/brand';
import { testBankAccounts } from '../../connectors/simulated/test-bank-accounts.ts';
import { testCards } from '../../connectors/simulated/test-cards.ts';
import type { RecordRow } from '../../store/records.ts';

type Instrument = Pick<RecordRow, 'type' | 'credit_card_type'>;

const lastFourOf = (number: string): string => number.slice(-4);

const lastFourOfCards: ReadonlyMap<string, string> = new Map(
  testCards
    .filter(({ outcome, challenge }) => outcome === 'approved' && !challenge)
    .toReversed()
    .flatMap(({ number }): [string, string][] => {
      const brand = brandOf(number);
      return brand ? [[recordCardType(brand), lastFourOf(number)]] : [];
    }),
);

const lastFourOfAccount = lastFourOf(
  testBankAccounts.find(({ kind, outcome }) => kind === 'us-account' && outcome === 'approved')?.account ?? '0000',
);

/** The last four digits of a published test number that a record of this kind could be of. */
export const testLastFour = ({ type, credit_card_type }: Instrument): string =>
  (type === 'credit card' ? lastFourOfCards.get(credit_card_type) : undefined) ?? lastFourOfAccount;
