import type { RecordRow } from './records.ts';
import { type TokenTask, tokenTaskInputs } from './token-tasks.ts';
import type { Trail } from './trail.ts';

/**
 * One change of a stored payment method, with everything that must happen in the same transaction. It is applied only
 * if every expectation still holds; otherwise nothing of it is, and the outcome is `lost`.
 */
export type RecordChange = {
  record: RecordRow;
  /** The version that the record was read at; 0 creates it. */
  expectedVersion: number;
  /** Moves the customer's account pointer to the record; from `left`, if it pointed at another in this version. */
  account?: {
    customerId: number;
    expectedAccountVersion: number;
    paymentChoice: string;
    left?: Pick<RecordRow, 'id' | 'sys_version'> | undefined;
  };
  /** Consumes a payment request that is still PREAUTHED, and closes its session. */
  payment?: { requestId: string; sessionId: string };
  /** The encrypted number that now belongs to the record. */
  secretId?: string;
  /** When the record's earlier number is to be destroyed; absent: it stays. */
  destroyEarlierNumberAfter?: Date;
  /** What is to be done at gateways because of it. */
  tokenTasks?: readonly TokenTask[];
  /** The keyed hashes that the record is found by from now on; left out, those that it has stay. */
  terms?: readonly Buffer[];
  /**
   * The files that it refers to from now on, which must be stored and no other record's; those that it had before are
   * to be destroyed. Left out, it has none and had none.
   */
  files?: { ids: readonly string[]; destroyEarlierAfter: Date };
  /** The task that it is the end of. */
  settledTaskId?: string;
  trail: Trail;
  /** The kept answer to the caller's Idempotency-Key. */
  answer?: { scopeHash: Buffer; attemptId: string; sealedAnswer: Buffer };
};

export type ChangeOutcome = 'applied' | 'lost';

/** A change as the statement reads it, `n` its place among others. */
export const changeInput = (change: RecordChange, n: number): object => ({
  ...change.record,
  n,
  expected_version: change.expectedVersion,
  at: change.trail.audit.at,
  sealed: change.record.sealed.toString('base64'),
  terms: change.terms?.map((term) => term.toString('base64')),
  file_ids: change.files?.ids,
  destroy_files_after: change.files?.destroyEarlierAfter,
  account_customer_id: change.account?.customerId,
  account_version: change.account?.expectedAccountVersion,
  payment_choice: change.account?.paymentChoice,
  left_id: change.account?.left?.id,
  left_version: change.account?.left?.sys_version,
  request_id: change.payment?.requestId,
  session_id: change.payment?.sessionId,
  secret_id: change.secretId,
  destroy_after: change.destroyEarlierNumberAfter,
  scope_hash: change.answer?.scopeHash.toString('base64'),
  attempt_id: change.answer?.attemptId,
  sealed_answer: change.answer?.sealedAnswer.toString('base64'),
  settled_task_id: change.settledTaskId,
  token_tasks: tokenTaskInputs(change.tokenTasks ?? []),
  audit: change.trail.audit,
  event: change.trail.event ?? {},
});

/** What two changes must not have in common to go into one statement. */
export function sharedKeys(change: RecordChange): string[] {
  const keys = [`record ${change.record.id}`];
  if (change.record.sys_external_id) keys.push(`external ${change.record.sys_external_id}`);
  if (change.account) keys.push(`customer ${change.account.customerId}`);
  if (change.account?.left) keys.push(`record ${change.account.left.id}`);
  for (const id of change.files?.ids ?? []) keys.push(`file ${id}`);
  if (change.payment) keys.push(`session ${change.payment.sessionId}`);
  return keys;
}
