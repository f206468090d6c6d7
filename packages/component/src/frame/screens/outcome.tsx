import { describeInstrument } from '../describe-instrument.ts';
import type { InstrumentDetails, PaymentChoice } from '../gateway-answers.ts';
import { useText } from '../texts/text-context.tsx';
import { Screen } from './screen.tsx';

const choiceOf: Readonly<Record<keyof InstrumentDetails, PaymentChoice>> = {
  creditCard: 'CREDIT_CARD',
  banContactCard: 'BANCONTACT',
  sepa: 'SEPA',
  chDD: 'CH_DD',
  lsvDD: 'LSV',
  bacs: 'BACS',
  ach: 'ACH',
};

/** It worked; the shop goes on from here. */
export function Succeeded({ details }: { details: InstrumentDetails | undefined }) {
  const { t } = useText();
  const kind = (Object.keys(choiceOf) as (keyof InstrumentDetails)[]).find((key) => details?.[key] !== undefined);
  const shown = details && kind ? describeInstrument({ paymentChoice: choiceOf[kind], details }, t) : undefined;
  return (
    <Screen title={t('upc.succeeded')}>
      {shown && (
        <p class="instrument">
          <strong>{shown.name}</strong>
          {shown.detail !== undefined && <span>{shown.detail}</span>}
        </p>
      )}
      <p role="status">{t('upc.succeeded.text')}</p>
    </Screen>
  );
}

/** The session can do no more. Nothing that was not told before is lost. */
export function SessionOver() {
  const { t } = useText();
  return (
    <Screen title={t('upc.session.over')}>
      <p role="alert">{t('upc.session.over.text')}</p>
    </Screen>
  );
}

/** The shop permits none of the methods that it has. */
export function NothingOffered() {
  const { t } = useText();
  return (
    <p class="notice" role="status">
      {t('upc.payment.methods.none')}
    </p>
  );
}
