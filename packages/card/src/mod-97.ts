/**
 * Whether digits and upper-case letters, the letters read as 10 to 35, are 1 modulo 97: the check of ISO/IEC 7064
 * MOD 97-10, of which the two check digits must stand last. They are never 00, 01 or 99, though 97, 98 and 02 would
 * leave the same remainder.
 */
export const passesMod97 = (characters: string): boolean => {
  let remainder = 0;
  for (const character of characters) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
  }
  return remainder === 1 && !/(?:00|01|99)$/.test(characters);
};
