import type { Gateway } from '../gateway.ts';
import type { Host } from '../host-port.ts';
import type { Entry, FlowState, Notice } from './phase.ts';
import type { SubmissionExtras } from './submission.ts';

/** What the flow is given: whom it asks, and whom it tells. */
export type PaymentFlowOptions = SubmissionExtras & {
  gateway: Gateway;
  host: Pick<Host, 'success' | 'redirect'>;
  /** Tells the shop what went wrong. */
  report: (problem: Problem) => void;
  onState: (state: FlowState) => void;
};

/** What the shop is told; after a fatal one the session is of no more use. */
export type Problem = { code: string; notice: Notice; fatal: boolean };

/** The steps that the customer can take. Those that do not fit where they are change nothing. */
export type PaymentFlow = {
  start: () => Promise<void>;
  pick: (picked: string) => void;
  /** Sends an entry, or shows it for review first. True when the instrument was taken. */
  enter: (entry: Entry) => Promise<boolean>;
  confirm: () => Promise<boolean>;
  change: () => void;
  retry: () => Promise<void>;
  /** Ends the request that is under way and opens the form again. */
  cancel: () => Promise<void>;
  /** Goes to the page of the redirect, again if need be. */
  leave: () => void;
  /** The bank's page has moved on: ask at once how it ended. */
  hurry: () => void;
  /** Keeps a session that ends soon. */
  extend: () => Promise<void>;
  stop: () => void;
};
