import { type CustomerData, type Environment, environments, isWebUrl, publicIdOf } from '@onfile/card/frame-config';
import type { PaymentError, PaymentInstrumentDetails, PaymentState } from '@onfile/card/frame-messages';
import type { Styling } from '@onfile/card/frame-styling';

/** What the shop gives `paymentWidget.init`. */
export type WidgetConfig = {
  userSessionToken: string;
  environment: Environment;
  countryCode: string;
  locale: string;
  /** An element, or the id of one. */
  container: string | HTMLElement;
  styling?: Styling;
  i18n?: Readonly<Record<string, string>>;
  devMode?: boolean;
  hidePaymentButton?: boolean;
  customerData?: CustomerData;
  /** Where redirect methods come back to; this page when left out. */
  returnUrl?: string;
  onSuccess?: (
    paymentRequestToken: string,
    paymentInstrumentDetails?: PaymentInstrumentDetails,
    paymentInstrumentToken?: string,
  ) => void;
  onPaymentStateChange?: (state: PaymentState) => void;
  onError?: (error: PaymentError) => void;
  onReady?: () => void;
};

/** The options that there is no form without. */
export const required = ['userSessionToken', 'environment', 'countryCode', 'locale'] as const;

export type CheckedConfig = { config: WidgetConfig; container: HTMLElement; publicId: string };

/** Throws a sentence for a missing container, a missing parameter, an unknown environment and what is no token or URL. */
export function checkConfig(config: WidgetConfig): CheckedConfig {
  const refuse = (what: string): never => {
    throw new Error(`paymentWidget.init: ${what}`);
  };
  if (typeof config !== 'object' || config === null) return refuse('a configuration is required');
  const { container: place, environment, userSessionToken, returnUrl } = config;
  const container = typeof place === 'string' ? document.getElementById(place) : place;
  if (!(container instanceof HTMLElement)) return refuse('the container was not found');
  for (const name of required) {
    if (typeof config[name] !== 'string' || config[name] === '') refuse(`${name} is required`);
  }
  if (!environments.includes(environment)) refuse(`environment must be one of ${environments.join(', ')}`);
  const publicId = publicIdOf(userSessionToken);
  if (publicId === null) return refuse('userSessionToken is not a session token');
  if (returnUrl !== undefined && !isWebUrl(returnUrl)) refuse('returnUrl must be an absolute http or https URL');
  return { config, container, publicId };
}
