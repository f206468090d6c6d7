import type { CustomerData } from '@onfile/card/frame-config';
import type { PaymentState } from '@onfile/card/frame-messages';
import { required, type WidgetConfig } from './widget-config.ts';
import type { PaymentWidgetInstance } from './widget-instance.ts';

type Options = Omit<WidgetConfig, 'container' | 'onSuccess' | 'onPaymentStateChange' | 'onError' | 'onReady'>;
type OptionName = keyof Options;

const texts = [...required, 'returnUrl'] as const satisfies OptionName[];
const flags = ['hidePaymentButton', 'devMode'] as const satisfies OptionName[];
const names: readonly OptionName[] = [...texts, ...flags, 'styling', 'i18n', 'customerData'];

/** `user-session-token` for `userSessionToken`. */
const attributeOf = (name: OptionName): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Defines `<onfile-payment>` over `init`. Options are attributes (texts and flags) or properties (all); the form stands
 * as soon as the required ones are there, and anew when one changes. Events: `ready`, `statechange`, `success`, `error`.
 */
export function definePaymentElement(init: (config: WidgetConfig) => PaymentWidgetInstance): void {
  class PaymentElement extends HTMLElement {
    static readonly observedAttributes = [...texts, ...flags].map(attributeOf);
    readonly #properties: Partial<Record<OptionName, unknown>> = {};
    #instance: PaymentWidgetInstance | null = null;
    /** What the form was made with: a framework that sets an equal value again must not cost what was entered. */
    #mounted = '';
    #isChanging = false;

    connectedCallback(): void {
      for (const name of names) {
        const value = Object.getOwnPropertyDescriptor(this, name)?.value;
        if (value === undefined) continue;
        // Set before the element was defined, it hides the accessor.
        Reflect.deleteProperty(this, name);
        this.setOption(name, value);
      }
      this.#changeSoon();
    }
    disconnectedCallback(): void {
      this.#changeSoon();
    }
    attributeChangedCallback(): void {
      this.#changeSoon();
    }
    submitPayment(): Promise<void> {
      return this.#instance?.submitPayment() ?? Promise.reject(new Error('onfile-payment: the form is not there'));
    }
    getPaymentState(): PaymentState {
      return this.#instance?.getPaymentState() ?? { isProcessing: false, canSubmit: false };
    }
    updateCustomerData(customerData: CustomerData): void {
      this.setOption('customerData', customerData);
    }
    option(name: OptionName): unknown {
      const isFlag = flags.some((flag) => flag === name);
      const attribute = this.getAttribute(attributeOf(name)) ?? undefined;
      return this.#properties[name] ?? (isFlag && attribute !== undefined ? attribute !== 'false' : attribute);
    }
    setOption(name: OptionName, value: unknown): void {
      this.#properties[name] = value;
      if (name === 'customerData' && value) this.#instance?.updateCustomerData(value);
      this.#changeSoon();
    }

    /** Several options that are set one after the other make one form; one that is moved in the page makes none. */
    #changeSoon(): void {
      if (this.#isChanging) return;
      this.#isChanging = true;
      queueMicrotask(() => {
        this.#isChanging = false;
        this.#change();
      });
    }
    #change(): void {
      const options = Object.fromEntries(names.map((name) => [name, this.option(name)]));
      const isWhole = this.isConnected && required.every((name) => options[name]);
      const wanted = isWhole ? JSON.stringify({ ...options, customerData: undefined }) : '';
      if (wanted === this.#mounted) return;
      this.#mounted = wanted;
      this.#instance?.destroy();
      this.#instance = null;
      if (isWhole) this.#mount(options);
    }
    #mount(options: object): void {
      const emit = (type: string, detail?: object): void => {
        this.dispatchEvent(new CustomEvent(type, { detail }));
      };
      try {
        this.#instance = init({
          ...(options as Options),
          container: this,
          onReady: () => emit('ready'),
          onPaymentStateChange: (state) => emit('statechange', state),
          onError: (error) => emit('error', error),
          onSuccess: (paymentRequestToken, paymentInstrumentDetails, paymentInstrumentToken) =>
            emit('success', { paymentRequestToken, paymentInstrumentDetails, paymentInstrumentToken }),
        });
      } catch (cause) {
        const message = cause instanceof Error ? cause.message : String(cause);
        emit('error', { code: 'upc.error.configuration', message, fatal: true });
      }
    }
  }
  for (const name of names) {
    Object.defineProperty(PaymentElement.prototype, name, {
      get(this: PaymentElement) {
        return this.option(name);
      },
      set(this: PaymentElement, value: unknown) {
        this.setOption(name, value);
      },
    });
  }
  if (!customElements.get('onfile-payment')) customElements.define('onfile-payment', PaymentElement);
}
