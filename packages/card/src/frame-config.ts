import { readStyling, type Styling } from './frame-styling.ts';

export const environments = ['test', 'sandbox', 'live'] as const;
export type Environment = (typeof environments)[number];

/** What the shop knows of its customer, to fill in the form with. */
export type CustomerData = {
  name?: string;
  email?: string;
  address?: { line1?: string; line2?: string; city?: string; postalCode?: string; state?: string; country?: string };
};

/** All that the frame is told by the page around it, checked. */
export type FrameConfig = {
  sessionToken: string;
  environment: Environment;
  /** ISO 3166-1 alpha-2, in capitals. */
  countryCode: string;
  /** A BCP 47 tag as the shop gave it; which language is shown for it is the frame's to decide. */
  locale: string;
  styling: Styling;
  /** Texts that replace the component's own, by key. They are shown as text, never as markup. */
  i18n: Readonly<Record<string, string>>;
  /** Whether keys are shown instead of texts. */
  devMode: boolean;
  hidePaymentButton: boolean;
  customerData: CustomerData;
  /** Where redirect methods come back to; `http:` or `https:`. */
  returnUrl?: string;
};

/** Each field as it was taken, or the first that cannot be used; `refusedStyling` names values that were left out. */
export type ReadConfig = { config: FrameConfig; refusedStyling: string[] } | { fault: string };

const sessionTokenPattern = /^ups_[a-z\d][a-z\d-]{1,62}\.[\dA-Za-z]{16,32}_[\dA-Za-z]{32,64}$/;
const longestLocale = 35;
const i18nKeyPattern = /^[\w.-]{1,100}$/;
const longestText = 300;
const longestTranslation = 2000;
const mostTranslations = 1000;
const longestUrl = 2000;

export type Fields = Readonly<Record<string, unknown>>;

/** Whether this is an object with fields, and no list. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether this is an absolute URL that a browser may be sent to: no `javascript:`, no `data:`. */
export const isWebUrl = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= longestUrl && /^https?:\/\/[^\s/]\S*$/i.test(value);

/**
 * The session's public id, which the frame's URL carries (`<tenant>.<public part>`), or null when the text is no
 * session token.
 */
export const publicIdOf = (sessionToken: string): string | null =>
  sessionTokenPattern.test(sessionToken) ? sessionToken.slice(4, sessionToken.lastIndexOf('_')) : null;

/** The texts among these fields; null when one of them is neither a text of that length nor absent. */
function readTexts<Name extends string>(value: Fields, names: readonly Name[]): Partial<Record<Name, string>> | null {
  const texts: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const text = value[name] ?? undefined;
    if (text === undefined) continue;
    if (typeof text !== 'string' || text.length > longestText) return null;
    texts[name] = text;
  }
  return texts;
}

/** A BCP 47 tag in its usual form, also from one with underscores; null when no formatter would take it. */
function readLocale(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > longestLocale) return null;
  try {
    return Intl.getCanonicalLocales(value.replaceAll('_', '-'))[0] ?? null;
  } catch {
    return null;
  }
}

/** The customer's data without what is none of it; null when a part is no text or too long. */
export function readCustomerData(value: unknown): CustomerData | null {
  if (!isFields(value)) return null;
  const texts = readTexts(value, ['name', 'email']);
  const given = value['address'] ?? {};
  const address = isFields(given)
    ? readTexts(given, ['line1', 'line2', 'city', 'postalCode', 'state', 'country'])
    : null;
  if (!texts || !address) return null;
  return Object.keys(address).length > 0 ? { ...texts, address } : texts;
}

function isTranslations(value: unknown): value is Readonly<Record<string, string>> {
  if (!isFields(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= mostTranslations &&
    entries.every(
      ([key, text]) => i18nKeyPattern.test(key) && typeof text === 'string' && text.length <= longestTranslation,
    )
  );
}

/** Reads what the page around the frame sent. Nothing of it is trusted, and no value is repeated in a fault. */
export function readFrameConfig(given: Fields): ReadConfig {
  const { sessionToken, environment: named, countryCode, returnUrl } = given;
  const styling = given['styling'] ?? {};
  const i18n = given['i18n'] ?? {};
  const locale = readLocale(given['locale']);
  const environment = environments.find((known) => known === named);
  const customerData = readCustomerData(given['customerData'] ?? {});
  if (typeof sessionToken !== 'string' || publicIdOf(sessionToken) === null) return { fault: 'userSessionToken' };
  if (environment === undefined) return { fault: 'environment' };
  if (typeof countryCode !== 'string' || !/^[a-z]{2}$/i.test(countryCode)) return { fault: 'countryCode' };
  if (locale === null) return { fault: 'locale' };
  if (!isFields(styling)) return { fault: 'styling' };
  if (!isTranslations(i18n)) return { fault: 'i18n' };
  if (customerData === null) return { fault: 'customerData' };
  if (returnUrl !== undefined && !isWebUrl(returnUrl)) return { fault: 'returnUrl' };
  const { styling: usable, refused } = readStyling(styling);
  return {
    config: {
      sessionToken,
      environment,
      countryCode: countryCode.toUpperCase(),
      locale,
      styling: usable,
      i18n,
      devMode: given['devMode'] === true,
      hidePaymentButton: given['hidePaymentButton'] === true,
      customerData,
      ...(returnUrl === undefined ? {} : { returnUrl }),
    },
    refusedStyling: refused,
  };
}
