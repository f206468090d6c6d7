export const cardBrands = [
  'american express',
  'diners club',
  'discover',
  'elo',
  'hiper',
  'hipercard',
  'jcb',
  'maestro',
  'mastercard',
  'mir',
  'troy',
  'unionpay',
  'visa',
] as const;

/** A card network, under its own name even where the Records API has none for it. */
export type CardBrand = (typeof cardBrands)[number];

/** `credit_card_type` of the Records API. */
export type RecordCardType = 'american express' | 'discover' | 'mastercard' | 'other' | 'visa';

type BrandFacts = {
  /** Issuer ranges: a prefix, or the first and the last prefix of a range, of equal length. */
  ranges: string;
  lengths: readonly number[];
  /** UnionPay has cards without a check digit. */
  luhn?: false;
  codeLength?: 4;
  recordType?: RecordCardType;
};

// Ranges overlap (Elo inside Discover, all of them inside Maestro's 6): the longest prefix wins.
const brands: Readonly<Record<CardBrand, BrandFacts>> = {
  visa: { ranges: '4', lengths: [16, 18, 19], recordType: 'visa' },
  mastercard: { ranges: '51-55 2221-2720', lengths: [16], recordType: 'mastercard' },
  'american express': { ranges: '34 37', lengths: [15], codeLength: 4, recordType: 'american express' },
  'diners club': { ranges: '300-305 36 38-39', lengths: [14, 16, 19] },
  discover: { ranges: '6011 644-649 65', lengths: [16, 19], recordType: 'discover' },
  jcb: { ranges: '1800 2131 3528-3589', lengths: [16, 17, 18, 19] },
  unionpay: {
    ranges: '620 62100-62182 62184-62197 622-626 6270 6272 6276-6277 6282-6289 6291-6292 810 8110-8171',
    lengths: [14, 15, 16, 17, 18, 19],
    luhn: false,
  },
  maestro: {
    ranges: '493698 500000-504174 504176-506698 506779-508999 56-59 6',
    lengths: [12, 13, 14, 15, 16, 17, 18, 19],
  },
  elo: {
    ranges:
      '401178-401179 431274 438935 451416 457393 457631-457632 504175 506699-506778 509000-509999 627780 636297 636368 ' +
      '650031-650033 650035-650051 650405-650439 650485-650538 650541-650598 650700-650718 650720-650727 ' +
      '650901-650978 651652-651679 655000-655019 655021-655058',
    lengths: [16],
  },
  mir: { ranges: '2200-2204', lengths: [16, 17, 18, 19] },
  hiper: { ranges: '637095 63737423 63743358 637568 637599 637609 637612', lengths: [16] },
  hipercard: { ranges: '606282', lengths: [16] },
  troy: { ranges: '9792', lengths: [16] },
};

type IssuerRange = { brand: CardBrand; first: string; last: string };

const issuerRanges: readonly IssuerRange[] = cardBrands
  .flatMap((brand) =>
    brands[brand].ranges.split(' ').map((range) => {
      const [first = range, last = first] = range.split('-');
      return { brand, first, last };
    }),
  )
  .toSorted((a, b) => b.first.length - a.first.length);

/** So many of a number's first digits tell its network. */
export const longestPrefix = 8;

const commonPrefix = 4;
/** The ranges that numbers with these first four digits can be in, found once for each: a text can hold a million groups. */
const rangesByPrefix = new Map<string, readonly IssuerRange[]>();

const isIn = ({ first, last }: IssuerRange, number: string): boolean => {
  const prefix = number.slice(0, first.length);
  return prefix.length === first.length && prefix >= first && prefix <= last;
};

function rangesOf(number: string): readonly IssuerRange[] {
  const prefix = number.slice(0, commonPrefix);
  if (prefix.length < commonPrefix) return issuerRanges;
  let ranges = rangesByPrefix.get(prefix);
  if (!ranges) {
    ranges = issuerRanges.filter(({ first, last }) => {
      const shared = prefix.slice(0, first.length);
      return shared >= first.slice(0, commonPrefix) && shared <= last.slice(0, commonPrefix);
    });
    if (/^\d{4}$/.test(prefix)) rangesByPrefix.set(prefix, ranges);
  }
  return ranges;
}

/**
 * The network of a card number (digits only, at least its first eight) by the published issuer ranges, as npm
 * `credit-card-type` holds them; `undefined` when no range has it.
 */
export const brandOf = (number: string): CardBrand | undefined =>
  rangesOf(number).find((range) => isIn(range, number))?.brand;

/** Whether numbers of this network can have so many digits. */
export const allowsLength = (brand: CardBrand, length: number): boolean => brands[brand].lengths.includes(length);

/** Whether each number of this network ends in a Luhn check digit. */
export const usesLuhn = (brand: CardBrand): boolean => brands[brand].luhn !== false;

/** Digits of the verification code: four on the front of an American Express card, else three. */
export const securityCodeLength = (brand: CardBrand): 3 | 4 => brands[brand].codeLength ?? 3;

/** The Records API's value for a network; `other` for those that its enum has no name for. */
export const recordCardType = (brand: CardBrand): RecordCardType => brands[brand].recordType ?? 'other';
