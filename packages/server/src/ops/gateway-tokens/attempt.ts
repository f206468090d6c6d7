import { ConnectorError } from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import type { TokenTaskReason } from '../../store/token-tasks.ts';

/** How an attempt at a task has ended. */
export type AttemptEnd =
  /** Done, or no longer needed. */
  | { outcome: 'done' }
  /** The change that it led to has deleted the task. */
  | { outcome: 'settled' }
  /** Not possible now; that was no attempt. */
  | { outcome: 'postponed' }
  | { outcome: 'again' | 'failed'; reason: TokenTaskReason };

/** Calls a gateway and waits no longer than the deadline for it, whether it heeds the signal or not. */
export async function withinDeadline<Result>(
  ctx: Pick<Context, 'config'>,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController();
  const late = new ConnectorError('the gateway did not answer in time');
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      deadline.abort(late);
      reject(late);
    }, ctx.config.tokenizationTimeoutMs);
  });
  try {
    return await Promise.race([call(deadline.signal), timedOut]);
  } finally {
    clearTimeout(timer);
  }
}
