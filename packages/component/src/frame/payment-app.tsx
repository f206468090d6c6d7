import { useEffect } from 'preact/hooks';
import { isFormPhase, isOpen, isProcessing } from './flow/phase.ts';
import { usePaymentFlow } from './flow/use-payment-flow.ts';
import { PickedForm } from './forms/picked-form.tsx';
import type { FrameConfig, Host } from './host-port.ts';
import { FormArea } from './screens/form-area.tsx';
import { FormNotice } from './screens/form-notice.tsx';
import { MethodPicker } from './screens/method-picker.tsx';
import { PhaseScreen } from './screens/phase-screen.tsx';
import { SessionNotice } from './screens/session-notice.tsx';
import { Skeleton } from './screens/skeleton.tsx';
import './styles/frame.css';
import { shownLocale } from './texts/languages.ts';
import { TextProvider } from './texts/text-context.tsx';
import { directionOf } from './texts/translate.ts';
import { useTexts } from './texts/use-texts.ts';

export type PaymentAppProps = { host: Host; config: FrameConfig };

/**
 * The payment form. Reads the session, shows what it permits, leads the customer through it and tells the host what
 * came of it. Calls `host.ready` itself, when the first form or screen can be used.
 */
export function PaymentApp({ host, config }: PaymentAppProps) {
  const texts = useTexts(config);
  const locale = shownLocale(config);
  const { state, flow, form } = usePaymentFlow(host, config, texts);
  const { phase, session, picked, endsAt } = state;
  const canSubmit = isOpen(phase) && (phase.name === 'review' || form.isReady);
  const isBusy = isProcessing(phase);
  const isShown = texts !== null && phase.name !== 'loading';

  useEffect(() => host.state({ isProcessing: isBusy, canSubmit }), [isBusy, canSubmit]);
  useEffect(() => {
    if (isShown) host.ready();
  }, [isShown]);
  useEffect(() => {
    document.documentElement.lang = config.devMode ? 'en' : locale;
    document.documentElement.dir = directionOf(locale);
  }, []);

  if (!isShown)
    return (
      <div class="app" aria-busy="true">
        <Skeleton />
      </div>
    );
  const isFormShown = isFormPhase(phase);
  const notice = phase.name === 'declined' || phase.name === 'entering' ? (phase.notice ?? form.unplaced) : undefined;
  return (
    <TextProvider value={{ t: texts, locale }}>
      <div class="app">
        {endsAt !== null && <SessionNotice endsAt={endsAt} onExtend={() => void flow.extend()} />}
        {notice && <FormNotice key={state.declines} notice={notice} />}
        {session && picked !== null && phase.name !== 'succeeded' && phase.name !== 'session-over' && (
          <FormArea isShown={isFormShown} takesFocus={notice === undefined}>
            <MethodPicker session={session} picked={picked} isBusy={isBusy} onPick={flow.pick}>
              <PickedForm
                key={picked}
                state={state}
                session={session}
                flow={flow}
                form={form}
                hasButton={!config.hidePaymentButton}
              />
            </MethodPicker>
          </FormArea>
        )}
        {!isFormShown && <PhaseScreen state={state} flow={flow} hasButton={!config.hidePaymentButton} />}
      </div>
    </TextProvider>
  );
}
