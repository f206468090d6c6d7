import { useEffect } from 'preact/hooks';
import { useText } from '../texts/text-context.tsx';
import { Screen } from './screen.tsx';

export type OfflineProps = {
  isLoading: boolean;
  /** What the server said, when it was reached and would not do it now. */
  text?: string | undefined;
  onRetry: () => void;
  /** Back to the form; absent while there is none. */
  onChange?: (() => void) | undefined;
};

/** The server could not be reached. The same step is taken again when the customer says so, or the network is back. */
export function Offline({ isLoading, text, onRetry, onChange }: OfflineProps) {
  const { t } = useText();
  useEffect(() => {
    globalThis.addEventListener('online', onRetry);
    return () => globalThis.removeEventListener('online', onRetry);
  });
  return (
    <Screen title={t(text === undefined ? 'upc.offline' : 'upc.processing')}>
      <p role="alert">{text ?? t(isLoading ? 'upc.offline.loading' : 'upc.offline.text')}</p>
      <div class="buttons">
        <button type="button" class="button button-main" onClick={onRetry}>
          {t('upc.retry')}
        </button>
        {onChange && (
          <button type="button" class="button" onClick={onChange}>
            {t('upc.review.change')}
          </button>
        )}
      </div>
    </Screen>
  );
}
