import { useText } from '../texts/text-context.tsx';
import { Screen } from './screen.tsx';

type Cancellable = { onCancel: () => void };

function CancelButton({ onCancel }: Cancellable) {
  const { t } = useText();
  return (
    <button type="button" class="button" onClick={onCancel}>
      {t('upc.cancel')}
    </button>
  );
}

/** The bank's page, which may ask for a code, a password or a press in its own app. */
export function Challenge({ url, onMoved, onCancel }: Cancellable & { url: string; onMoved: () => void }) {
  const { t } = useText();
  return (
    <Screen title={t('upc.challenge')}>
      <p>{t('upc.challenge.text')}</p>
      <iframe
        class="challenge-frame"
        title={t('upc.challenge.frame')}
        src={url}
        sandbox={sandboxFor(url)}
        onLoad={onMoved}
      />
      <CancelButton onCancel={onCancel} />
    </Screen>
  );
}

// Scripts on our own origin could lift the sandbox, and the simulated bank has none; a real bank's page needs them.
const sandboxFor = (url: string): string =>
  new URL(url, location.href).origin === location.origin
    ? 'allow-forms allow-same-origin'
    : 'allow-forms allow-popups allow-same-origin allow-scripts';

/** The customer is on their way to another page, or came back from it undecided. */
export function Redirect({ onLeave, onCancel }: Cancellable & { onLeave: () => void }) {
  const { t } = useText();
  return (
    <Screen title={t('upc.redirect.title')}>
      <p>{t('upc.redirect.text')}</p>
      <div class="buttons">
        <button type="button" class="button button-main" onClick={onLeave}>
          {t('upc.redirect.open')}
        </button>
        <CancelButton onCancel={onCancel} />
      </div>
    </Screen>
  );
}

/** Nobody has said yet how it ended. */
export function Processing({ onCancel }: Cancellable) {
  const { t } = useText();
  return (
    <Screen title={t('upc.processing')} isBusy>
      <p class="with-spinner">
        <span class="spinner" aria-hidden="true" />
        {t('upc.processing.text')}
      </p>
      <CancelButton onCancel={onCancel} />
    </Screen>
  );
}
