import type { DeclineReason } from '../connector.ts';

/** How a gateway says that the check of a test card ends: by itself, or after a completed challenge. */
export type PublishedOutcome = 'approved' | DeclineReason;

/** Test cards of one gateway that do the same, under what they stand for. */
export type TestCardGroup = {
  meaning: string;
  outcome: PublishedOutcome;
  /** The check is first answered with a 3-D Secure challenge. */
  challenge?: true;
  numbers: readonly string[];
};
