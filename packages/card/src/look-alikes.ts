// Every repetition below is bounded, so the time stays linear in the text.
const uuid = /(?<![0-9a-z])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-z])/gi;
const ibanShape = /(?<![0-9a-z])[a-z]{2}[0-9]{2}(?: ?[0-9a-z]{1,4}){3,8}(?![0-9a-z])/gi;

/**
 * The text without the identifiers whose digits can pass for a card number: UUIDs, and IBANs with right check digits
 * (one German IBAN in nine, printed in groups of four, has a card number's length, range and Luhn digit inside).
 */
export const withoutLookAlikes = (text: string): string =>
  text.replace(uuid, '#').replace(ibanShape, (shape) => withoutIban(shape));

// Words after the IBAN may have been taken for groups of it, so the last groups are given back one by one.
const withoutIban = (shape: string): string => {
  for (let end = shape.length; end > 0; end = shape.lastIndexOf(' ', end - 1)) {
    if (isIban(shape.slice(0, end).replaceAll(' ', ''))) return `#${shape.slice(end)}`;
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
