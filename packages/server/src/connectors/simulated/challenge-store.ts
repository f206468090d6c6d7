import type { PageName } from './page-url.ts';
import type { PublishedOutcome } from './published-outcome.ts';

/** How far a challenge is: open, or decided on its page. */
export type ChallengeState = 'pending' | 'completed' | 'failed';

/** Where challenges live between the submitting call, their page and the conclusion. */
export type ChallengeStore = {
  /** Keeps a new challenge, pending. */
  create(challenge: PageName & { publishedOutcome: PublishedOutcome }): Promise<void>;
  find(name: PageName): Promise<{ state: ChallengeState; publishedOutcome: PublishedOutcome } | null>;
  /** Decides a pending challenge; the first decision stays. */
  decide(decision: PageName & { state: Exclude<ChallengeState, 'pending'> }): Promise<void>;
};
