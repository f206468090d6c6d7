import { useEffect, useRef } from 'preact/hooks';
import type { Choices } from './choices.ts';
import type { Shop } from './use-shop.ts';

type PaymentFormProps = Pick<Shop, 'onReady' | 'onState' | 'onSuccess' | 'onError'> & {
  session: string;
  choices: Choices;
};

/** The component as a shop mounts it. Another session makes another form; the callbacks are those of the last render. */
export function PaymentForm({ session, choices, ...callbacks }: PaymentFormProps) {
  const container = useRef<HTMLDivElement>(null);
  const latest = useRef(callbacks);
  latest.current = callbacks;

  useEffect(() => {
    if (!container.current) return undefined;
    const instance = window.paymentWidget.init({
      userSessionToken: session,
      environment: 'test',
      countryCode: 'GB',
      locale: choices.language,
      container: container.current,
      // The panel's own background, which the system's colour is in light and in dark.
      styling: { colorScheme: choices.appearance, backgroundColor: 'canvas' },
      onReady: () => latest.current.onReady(),
      onPaymentStateChange: (state) => latest.current.onState(state),
      onSuccess: (paymentRequestToken) => latest.current.onSuccess(paymentRequestToken),
      onError: (error) => latest.current.onError(error),
    });
    return () => instance.destroy();
  }, [session]);

  return <div ref={container} class="form" />;
}
