import { useText } from '../texts/text-context.tsx';

const minuteMs = 60_000;

/** Warns that the session ends soon, in time to keep it (WCAG 2.2.1). */
export function SessionNotice({ endsAt, onExtend }: { endsAt: number; onExtend: () => void }) {
  const { t, locale } = useText();
  const minutes = Math.max(1, Math.round((endsAt - Date.now()) / minuteMs));
  const when = new Intl.RelativeTimeFormat(locale).format(minutes, 'minute');
  return (
    <div class="notice session-notice" role="alert">
      <p>{t('upc.session.ending', { when })}</p>
      <button type="button" class="button" onClick={onExtend}>
        {t('upc.session.extend')}
      </button>
    </div>
  );
}
