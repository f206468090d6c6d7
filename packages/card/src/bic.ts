import { enteredCode } from './entered-text.ts';
import type { Iban } from './iban.ts';
import type { Parsed } from './parsed.ts';

/**
 * A Business Identifier Code (ISO 9362). `branch` is absent in codes of eight characters and in those that end in XXX,
 * which both mean the head office. A `test` code belongs to no bank in production.
 */
export type Bic = { code: string; country: string; branch?: string; test: boolean };

/** The first thing that is wrong with a BIC. */
export type BicFault = 'characters' | 'length' | 'structure' | 'country';

// ISO 3166-1 alpha-2, and XK, which SWIFT uses for Kosovo.
const countries = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ ' +
    'CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO ' +
    'FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE ' +
    'JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO ' +
    'MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW ' +
    'PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM ' +
    'TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW'
  ).split(' '),
);

/**
 * Reads a BIC in any case: four characters for the institution (letters so far; ISO 9362:2022 and ISO 20022 allow
 * digits), two for the country, two for the location, three or none for the branch.
 */
export const parseBic = (entered: string): Parsed<Bic, BicFault> => {
  const code = enteredCode(entered);
  if (code === undefined) return { fault: 'characters' };
  if (code.length !== 8 && code.length !== 11) return { fault: 'length' };
  const country = code.slice(4, 6);
  if (!/^[A-Z]{2}$/.test(country)) return { fault: 'structure' };
  if (!countries.has(country)) return { fault: 'country' };
  const branch = code.slice(8);
  // ISO 9362: a location that ends in 0 is a test and training code.
  const test = code.charAt(7) === '0';
  return { value: { code, country, test, ...(branch !== '' && branch !== 'XXX' && { branch }) } };
};

// The SWIFT IBAN registry: territories whose banks have codes of their own and IBANs of their country.
const ibanCountryOf: Readonly<Record<string, string>> = {
  ...Object.fromEntries('BL GF GP MF MQ NC PF PM RE TF WF YT'.split(' ').map((territory) => [territory, 'FR'])),
  ...Object.fromEntries('GG IM JE'.split(' ').map((territory) => [territory, 'GB'])),
  AX: 'FI',
};

/** Whether a bank with this code can hold an account with this IBAN: both name one country, territories with theirs. */
export const bicFitsIban = (bic: Pick<Bic, 'country'>, iban: Pick<Iban, 'country'>): boolean =>
  (ibanCountryOf[bic.country] ?? bic.country) === iban.country;
