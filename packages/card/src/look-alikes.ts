// Every repetition below is bounded, so the time stays linear in the text.
/** RFC 9562, sections 4.1 and 4.2: the version is 1 to 8, the variant's first digit 8 to b. */
const uuid = /(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![0-9a-z])/gi;
const ibanShape = /(?<![0-9a-z])[a-z]{2}[0-9]{2}(?: ?[0-9a-z]{1,4}){3,8}(?![0-9a-z])/gi;
/** A letter, because what it stands for ends a number. */
const placeholder = 'x';

/**
 * The text without the identifiers whose digits can pass for a card number: UUIDs, and IBANs with right check digits
 * (one German IBAN in nine, printed in groups of four, has a card number's length, range and Luhn digit inside). One
 * valid UUID in 2.6 million has no letter: such a one is rather a number in the shape of a UUID.
 */
export const withoutLookAlikes = (text: string): string =>
  text
    .replace(uuid, (shape) => (/[a-f]/i.test(shape) ? placeholder : shape))
    .replace(ibanShape, (shape) => withoutIban(shape));

/** Whether 13 digits are a GTIN-13, as on goods (GS1 General Specifications, 7.9): weights 1 and 3 in turns. */
export const isTradeItemNumber = (digits: readonly number[]): boolean =>
  digits.length === 13 &&
  digits.reduce((sum, digit, place) => sum + (place % 2 === 0 ? digit : 3 * digit), 0) % 10 === 0;

// Words after the IBAN may have been taken for groups of it, so the last groups are given back one by one.
const withoutIban = (shape: string): string => {
  for (let end = shape.length; end > 0; end = shape.lastIndexOf(' ', end - 1)) {
    if (isIban(shape.slice(0, end).replaceAll(' ', ''))) return placeholder + shape.slice(end);
  }
  return shape;
};

/** ISO 13616: 15 to 34 characters which, the first four moved to the end and letters read as 10 to 35, are 1 mod 97. */
const isIban = (characters: string): boolean => {
  if (characters.length < 15 || characters.length > 34) return false;
  let remainder = 0;
  for (const character of characters.slice(4) + characters.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
  }
  return remainder === 1;
};
