import { type CustomerData, isWebUrl } from '@onfile/card/frame-config';
import type { FrameMessage, PaymentState } from '@onfile/card/frame-messages';
import { connectFrame } from './frame-connection.ts';
import { createFrame, createUnreachableNotice, heightFor, heightToKeep, withScheme } from './frame-element.ts';
import type { CheckedConfig } from './widget-config.ts';

/** One payment form on the page. */
export type PaymentWidgetInstance = {
  /** Takes the form off the page; what was entered is forgotten, and no callback is called any more. */
  destroy(): void;
  /** Does what the form's own button does. Resolves when the instrument was taken, a bank's page included. */
  submitPayment(): Promise<void>;
  getPaymentState(): PaymentState;
  updateCustomerData(customerData: CustomerData): void;
};

/** This page without its fragment; a query that makes it longer than can be handed on is left out. */
const ownAddress = (): string | undefined =>
  [location.href.replace(/#.*/, ''), location.origin + location.pathname].find(isWebUrl);

type Submission = { resolve: () => void; reject: (reason: Error) => void };

/** Puts the frame of the server at `origin` into the container and speaks with it until `destroy()`. */
export function createInstance({ config, container, publicId }: CheckedConfig, origin: string): PaymentWidgetInstance {
  const submissions = new Map<number, Submission>();
  let state: PaymentState = { isProcessing: false, canSubmit: false };
  let lastSubmission = 0;
  const kept = heightToKeep(container);
  let leastHeight = kept;
  let notice: HTMLElement | null = null;

  const styling = withScheme(config.styling, container);
  const iframe = createFrame(`${origin}/component/v1/frame/${publicId}`, config.locale, styling, kept);
  const connection = connectFrame(iframe, origin, { onConnected, onMessage, onUnreachable });
  container.append(iframe);

  function onConnected(): void {
    // A page that moves its container loads the frame anew; what the former one was about to answer is lost.
    abandon('the form was loaded again');
    const { userSessionToken: sessionToken, environment, countryCode, locale, i18n, customerData } = config;
    const { devMode, hidePaymentButton, returnUrl = ownAddress() } = config;
    const options = { styling, i18n, customerData, devMode, hidePaymentButton, returnUrl };
    // What cannot be cloned, such as a function or a framework's proxy, becomes plain data or is left out.
    const given = JSON.parse(JSON.stringify({ sessionToken, environment, countryCode, locale, ...options }));
    connection.send({ v: 1, type: 'init', given });
  }

  function onMessage(message: FrameMessage): void {
    if (message.type === 'ready') {
      leastHeight = 0;
      config.onReady?.();
    }
    if (message.type === 'resize') iframe.style.height = `${Math.max(heightFor(message.height, kept), leastHeight)}px`;
    if (message.type === 'redirect') location.assign(message.url);
    if (message.type === 'submitted') settle(message.id, message.ok);
    if (message.type === 'error') {
      config.onError?.({ code: message.code, message: message.message, fatal: message.fatal });
    }
    if (message.type === 'success') {
      const { paymentRequestToken, paymentInstrumentDetails, paymentInstrumentToken } = message;
      config.onSuccess?.(paymentRequestToken, paymentInstrumentDetails, paymentInstrumentToken);
    }
    if (message.type === 'state') {
      const { isProcessing, canSubmit } = message;
      if (isProcessing === state.isProcessing && canSubmit === state.canSubmit) return;
      state = { isProcessing, canSubmit };
      config.onPaymentStateChange?.({ ...state });
    }
  }

  function onUnreachable(): void {
    end('the payment form could not be reached');
    notice = createUnreachableNotice(config.locale);
    iframe.replaceWith(notice);
    config.onError?.({ code: 'upc.error.frame.unreachable', message: notice.textContent ?? '', fatal: true });
  }

  function settle(id: number, ok: boolean): void {
    const submission = submissions.get(id);
    submissions.delete(id);
    if (ok) submission?.resolve();
    else submission?.reject(new Error('paymentWidget: the payment was not taken'));
  }

  function abandon(reason: string): void {
    for (const { reject } of submissions.values()) reject(new Error(`paymentWidget: ${reason}`));
    submissions.clear();
  }

  function end(reason: string): void {
    connection.close();
    abandon(reason);
    state = { isProcessing: false, canSubmit: false };
  }

  return {
    destroy() {
      end('the form was taken away');
      iframe.remove();
      notice?.remove();
    },
    submitPayment: () =>
      new Promise((resolve, reject) => {
        lastSubmission += 1;
        const isSent = connection.send({ v: 1, type: 'submit', id: lastSubmission });
        if (isSent) submissions.set(lastSubmission, { resolve, reject });
        else reject(new Error('paymentWidget: the form is not there'));
      }),
    getPaymentState: () => ({ ...state }),
    updateCustomerData(customerData) {
      config = { ...config, customerData };
      connection.send({
        v: 1,
        type: 'update-customer-data',
        customerData: JSON.parse(JSON.stringify(customerData ?? {})),
      });
    },
  };
}
