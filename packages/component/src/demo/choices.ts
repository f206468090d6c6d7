/** What the visitor has picked to try. It stands in the page's address, so that a return from a bank finds it again. */
export type Choices = {
  language: string;
  /** A payment choice, or '' for all of them. */
  method: string;
  appearance: 'auto' | 'light' | 'dark';
  /** Whether direct debits ask for a signature. */
  signature: boolean;
};

/** Those of the Customer API. */
export const languages: readonly string[] =
  'cs de de-CH de-LI en en-CA en-GB en-US es fr fr-LU hu it nb nl pl ro ru sl sv tr'.split(' ');

export const methods = {
  CREDIT_CARD: 'Card',
  SEPA: 'SEPA direct debit',
  BACS: 'Bacs Direct Debit',
  CH_DD: 'Swiss direct debit (CH-DD)',
  LSV: 'Swiss direct debit (LSV+)',
  ACH: 'US bank account (ACH)',
  PAYPAL: 'PayPal',
  TWINT: 'TWINT',
  IDEAL: 'iDEAL',
  BANCONTACT: 'Bancontact',
  CASH: 'Cash',
  BANK_TRANSFER: 'Bank transfer',
} as const;

export const appearances = { auto: 'As the system', light: 'Light', dark: 'Dark' } as const;

const defaults: Choices = { language: 'en', method: '', appearance: 'auto', signature: false };

const isKeyOf = <Known extends object>(known: Known, key: string): key is Extract<keyof Known, string> =>
  Object.hasOwn(known, key);

/** The language's own name, as speakers of it look for it. */
export function nameOfLanguage(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language', languageDisplay: 'standard' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

/** What an address asks for; anything unknown is as if it were not there. */
export function readChoices(search: string): Choices {
  const query = new URLSearchParams(search);
  const method = query.get('method') ?? '';
  const appearance = query.get('appearance') ?? '';
  return {
    language: languages.find((known) => known === query.get('language')) ?? defaults.language,
    method: isKeyOf(methods, method) ? method : defaults.method,
    appearance: isKeyOf(appearances, appearance) ? appearance : defaults.appearance,
    signature: query.get('signature') === 'yes',
  };
}

/** The same as an address, without what is as usual. */
export function writeChoices(choices: Choices): string {
  const query = new URLSearchParams();
  if (choices.language !== defaults.language) query.set('language', choices.language);
  if (choices.method !== defaults.method) query.set('method', choices.method);
  if (choices.appearance !== defaults.appearance) query.set('appearance', choices.appearance);
  if (choices.signature) query.set('signature', 'yes');
  return query.size > 0 ? `?${query}` : '';
}
