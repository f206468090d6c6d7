import { instrumentText } from './instrument-text.ts';
import type { Account } from './shop-backend.ts';
import type { Stage } from './use-shop.ts';

type StageNoticeProps = { stage: Stage; account: Account | null; onStartAgain: () => void };

/** What came of the last entry, and the way on. Read out as it changes. */
export function StageNotice({ stage, account, onStartAgain }: StageNoticeProps) {
  return (
    <div class="stage" aria-live="polite">
      {stage.name === 'replacing' && <p>Putting it on file…</p>}
      {stage.name === 'replaced' && (
        <div class="notice notice-done">
          <p>{doneText(account)}</p>
          <button type="button" onClick={onStartAgain}>
            Replace it again
          </button>
        </div>
      )}
      {stage.name === 'failed' && (
        <div class="notice notice-failed">
          <p>{stage.reason}</p>
          {stage.retry && (
            <button type="button" onClick={stage.retry}>
              Try again
            </button>
          )}
          <button type="button" onClick={onStartAgain}>
            Start a new session
          </button>
        </div>
      )}
    </div>
  );
}

function doneText(account: Account | null): string {
  const billed = account && instrumentText(account.instrument);
  const version = account?.instrument.sysVersion;
  return `Saved: ${billed ?? 'nothing'}${version === undefined ? '.' : `, version ${version} of the record.`}`;
}
