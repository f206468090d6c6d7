import { definePaymentElement } from './payment-element.ts';
import { checkConfig, type WidgetConfig } from './widget-config.ts';
import { createInstance, type PaymentWidgetInstance } from './widget-instance.ts';

export type PaymentWidget = {
  /** Puts a payment form into the container. Throws when the configuration cannot be used. */
  init: (config: WidgetConfig) => PaymentWidgetInstance;
};

declare global {
  interface Window {
    paymentWidget: PaymentWidget;
  }
}

/** Sets `window.paymentWidget` and defines `<onfile-payment>`, with frames from the origin of this script. */
export function install(scriptUrl: string): PaymentWidget {
  const { origin } = new URL(scriptUrl);
  const paymentWidget: PaymentWidget = { init: (config) => createInstance(checkConfig(config), origin) };
  window.paymentWidget = paymentWidget;
  definePaymentElement(paymentWidget.init);
  return paymentWidget;
}
