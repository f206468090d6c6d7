import { BusyButton } from '../fields/busy-button.tsx';
import type { Entry } from '../flow/phase.ts';
import { methodNames } from '../method-names.ts';
import { useText } from '../texts/text-context.tsx';
import { Screen } from './screen.tsx';

export type ReviewProps = {
  entry: Entry;
  mandateText: string | undefined;
  isBusy: boolean;
  hasButton: boolean;
  onConfirm: () => void;
  onChange: () => void;
};

/** What was entered, to be looked over before the account may be debited. */
export function Review({ entry, mandateText, isBusy, hasButton, onConfirm, onChange }: ReviewProps) {
  const { t } = useText();
  return (
    <Screen title={t('upc.review')} isBusy={isBusy}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm();
        }}
      >
        <dl class="summary">
          <div>
            <dt>{t('upc.review.method')}</dt>
            <dd>{t(methodNames[entry.instrument.paymentMethod])}</dd>
          </div>
          {entry.summary?.map(({ label, value }) => (
            <div key={label}>
              <dt>{t(label)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        {mandateText !== undefined && (
          <section class="mandate" tabIndex={0} aria-label={t('upc.mandate')}>
            <p>{mandateText}</p>
          </section>
        )}
        <div class="buttons">
          {hasButton && <BusyButton isBusy={isBusy} label={t('upc.review.confirm')} busyLabel={t('upc.submitting')} />}
          <button type="button" class="button" aria-disabled={isBusy} onClick={onChange}>
            {t('upc.review.change')}
          </button>
        </div>
      </form>
    </Screen>
  );
}
