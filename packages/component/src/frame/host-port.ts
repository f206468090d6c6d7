import type { CustomerData } from '@onfile/card/frame-config';
import {
  type FrameMessage,
  type PaymentError,
  type PaymentState,
  type PaymentSuccess,
  readHostMessage,
} from '@onfile/card/frame-messages';

export type { CustomerData, FrameConfig } from '@onfile/card/frame-config';
export type { PaymentError, PaymentState, PaymentSuccess } from '@onfile/card/frame-messages';

/** The page around the frame, as the frame's application sees it. */
export type Host = {
  /** The form can be seen and used. */
  ready(): void;
  /** In CSS pixels. `main.tsx` follows the content by itself. */
  resize(height: number): void;
  state(state: PaymentState): void;
  success(success: PaymentSuccess): void;
  error(error: PaymentError): void;
  /** Sends the whole page to a bank's or a wallet's; nothing happens for anything but `http:` and `https:`. */
  redirect(url: string): void;
  /** What `submitPayment()` does. True when the instrument was taken, false when the customer has to do something. */
  onSubmit(handler: () => Promise<boolean>): void;
  onCustomerData(handler: (customerData: CustomerData) => void): void;
};

/** Unlike `Omit`, keeps each message of the union apart. */
type Unversioned<Message> = Message extends unknown ? Omit<Message, 'v'> : never;

/**
 * The host over the port that it transferred. `onInit` gets the fields of the first `init`, unchecked; later ones are
 * ignored. A submission that comes before the form is there is answered as not taken.
 */
export function openHost(port: MessagePort, onInit: (given: Readonly<Record<string, unknown>>) => void): Host {
  let submit: (() => Promise<boolean>) | null = null;
  let takeCustomerData: ((customerData: CustomerData) => void) | null = null;
  let isInitialised = false;

  const send = (message: Unversioned<FrameMessage>): void => port.postMessage({ v: 1, ...message });

  async function answerSubmission(id: number): Promise<void> {
    const ok = await (submit?.() ?? Promise.resolve(false)).catch(() => false);
    send({ type: 'submitted', id, ok });
  }

  port.addEventListener('message', ({ data }) => {
    const message = readHostMessage(data);
    if (message?.type === 'submit') void answerSubmission(message.id);
    if (message?.type === 'update-customer-data') takeCustomerData?.(message.customerData);
    if (message?.type !== 'init' || isInitialised) return;
    isInitialised = true;
    onInit(message.given);
  });
  port.start();
  send({ type: 'connected' });

  return {
    ready: () => send({ type: 'ready' }),
    resize: (height) => send({ type: 'resize', height }),
    state: ({ isProcessing, canSubmit }) => send({ type: 'state', isProcessing, canSubmit }),
    success: (success) => send({ type: 'success', ...success }),
    error: (error) => send({ type: 'error', ...error }),
    redirect: (url) => send({ type: 'redirect', url }),
    onSubmit: (handler) => {
      submit = handler;
    },
    onCustomerData: (handler) => {
      takeCustomerData = handler;
    },
  };
}
