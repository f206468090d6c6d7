import type { RedirectChoice } from '../connector.ts';
import type { PageName } from './page-url.ts';

/** What was decided on a redirect's page: approved by one of the choice's test payers, or cancelled. */
export type RedirectDecision = { state: 'approved'; payerId: string } | { state: 'cancelled'; payerId: null };

/** A redirect, open or decided. Without a return URL its page stays where it is after the decision. */
export type Redirect = { choice: RedirectChoice; returnUrl: string | null } & (
  | { state: 'pending'; payerId: null }
  | RedirectDecision
);

/** Where redirects live between the submitting call, their page and the conclusion. */
export type RedirectStore = {
  /** Keeps a new redirect, pending. */
  create(redirect: PageName & Pick<Redirect, 'choice' | 'returnUrl'>): Promise<void>;
  find(name: PageName): Promise<Redirect | null>;
  /** Decides a pending redirect; the first decision stays. */
  decide(name: PageName, decision: RedirectDecision): Promise<void>;
};
