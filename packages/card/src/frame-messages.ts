import { type CustomerData, type Fields, isFields, isWebUrl, readCustomerData } from './frame-config.ts';

/** Counted up when a message changes its meaning; a frame and a loader of different versions do not talk. */
const protocolVersion = 1;

/** The one message that goes from window to window: it brings the port that all others go through. */
export const connectMessage = { v: protocolVersion, type: 'connect' } as const;

/** What an instance can do now, as `getPaymentState()` tells it. */
export type PaymentState = { isProcessing: boolean; canSubmit: boolean };

type Bank = { bankAccountDetails: { accountHolder: string; iban: string; bankName?: string; bic?: string } };
/** One keyed object, the number masked; what each holds is the contract's. */
export type PaymentInstrumentDetails = {
  creditCard?: { brand?: string; cardHolder: string; cardNumber: string; expiry?: string; issuerCountry?: string };
  sepa?: Bank;
  chDD?: Bank;
  lsvDD?: Bank;
  [otherChoice: string]: object | undefined;
};

export type PaymentSuccess = {
  paymentRequestToken: string;
  paymentInstrumentDetails?: PaymentInstrumentDetails;
  paymentInstrumentToken?: string;
};

/** `code` is stable, `message` is for people, in their language; after a fatal one the instance is of no more use. */
export type PaymentError = { code: string; message: string; fatal: boolean };

/** From the host page to the frame. The fields of `init` are read by `readFrameConfig`. */
export type HostMessage =
  | { v: 1; type: 'init'; given: Fields }
  | { v: 1; type: 'submit'; id: number }
  | { v: 1; type: 'update-customer-data'; customerData: CustomerData };

/** From the frame to the host page. */
export type FrameMessage =
  | { v: 1; type: 'connected' }
  | { v: 1; type: 'ready' }
  | { v: 1; type: 'resize'; height: number }
  | ({ v: 1; type: 'state' } & PaymentState)
  | ({ v: 1; type: 'success' } & PaymentSuccess)
  | ({ v: 1; type: 'error' } & PaymentError)
  | { v: 1; type: 'redirect'; url: string }
  | { v: 1; type: 'submitted'; id: number; ok: boolean };

const tallestFrame = 10_000;

const isOfThisVersion = (data: unknown): data is Fields => isFields(data) && data['v'] === protocolVersion;

/** Whether a window message offers the port. */
export const isConnectMessage = (data: unknown): boolean =>
  isOfThisVersion(data) && data['type'] === connectMessage.type;

/** A message of the host page's, or null when it is none of this version. */
export function readHostMessage(data: unknown): HostMessage | null {
  if (!isOfThisVersion(data)) return null;
  const { type, id } = data;
  const v = protocolVersion;
  if (type === 'init') return isFields(data['given']) ? { v, type, given: data['given'] } : null;
  if (type === 'submit') return Number.isSafeInteger(id) ? { v, type, id: Number(id) } : null;
  if (type !== 'update-customer-data') return null;
  const customerData = readCustomerData(data['customerData']);
  return customerData && { v, type, customerData };
}

/** A message of the frame's, or null when it is none of this version. */
export function readFrameMessage(data: unknown): FrameMessage | null {
  if (!isOfThisVersion(data)) return null;
  const { type, id, height, url, code, message } = data;
  const v = protocolVersion;
  switch (type) {
    case 'connected':
    case 'ready':
      return { v, type };
    case 'resize':
      return typeof height === 'number' && height >= 0 && height <= tallestFrame ? { v, type, height } : null;
    case 'state':
      return { v, type, isProcessing: data['isProcessing'] === true, canSubmit: data['canSubmit'] === true };
    case 'success':
      return readSuccess(data);
    case 'error':
      if (typeof code !== 'string' || typeof message !== 'string') return null;
      return { v, type, code, message, fatal: data['fatal'] === true };
    case 'redirect':
      return isWebUrl(url) ? { v, type, url } : null;
    case 'submitted':
      return Number.isSafeInteger(id) ? { v, type, id: Number(id), ok: data['ok'] === true } : null;
    default:
      return null;
  }
}

function readSuccess(data: Fields): FrameMessage | null {
  const { paymentRequestToken, paymentInstrumentDetails: details, paymentInstrumentToken: instrument } = data;
  if (typeof paymentRequestToken !== 'string') return null;
  return {
    v: protocolVersion,
    type: 'success',
    paymentRequestToken,
    ...(isFields(details) ? { paymentInstrumentDetails: details as PaymentInstrumentDetails } : {}),
    ...(typeof instrument === 'string' ? { paymentInstrumentToken: instrument } : {}),
  };
}
