import { adyenTestCards } from './adyen-test-cards.ts';
import { braintreeTestCards } from './braintree-test-cards.ts';
import type { PublishedOutcome, TestCardGroup } from './published-outcome.ts';
import { stripeTestCards } from './stripe-test-cards.ts';

/** A published test number and what the check of it does. */
export type TestCard = {
  number: string;
  /** Whose publication decides. */
  gateway: 'Stripe' | 'Braintree' | 'Adyen';
  meaning: string;
  outcome: PublishedOutcome;
  challenge: boolean;
};

const cardsOf = (gateway: TestCard['gateway'], groups: readonly TestCardGroup[]): TestCard[] =>
  groups.flatMap(({ meaning, outcome, challenge = false, numbers }) =>
    numbers.map((number) => ({ number, gateway, meaning, outcome, challenge })),
  );

const byNumber = new Map<string, TestCard>();
// Where publications disagree, Stripe comes before Braintree and Braintree before Adyen.
for (const card of [
  ...cardsOf('Stripe', stripeTestCards),
  ...cardsOf('Braintree', braintreeTestCards),
  ...cardsOf('Adyen', adyenTestCards),
]) {
  if (!byNumber.has(card.number)) byNumber.set(card.number, card);
}

/** Every published test card once, those of Stripe first. */
export const testCards: readonly TestCard[] = [...byNumber.values()];

/** The test card of a number (digits only), or `undefined` when no gateway publishes it. */
export const findTestCard = (number: string): TestCard | undefined => byNumber.get(number);
