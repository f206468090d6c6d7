import { cardNumbers, fits, writings } from './card-number-texts.ts';
import { lookAlikes } from './look-alike-texts.ts';
import { seededRandom } from './seeded-random.ts';

/** Of how many texts of a class a card number was seen in how many. */
export type Rate = { texts: number; seen: number };
export type Detection = (text: string) => boolean;

const seed = 20_261_122;

const rateOf = (texts: readonly string[], holds: Detection): Rate => ({
  texts: texts.length,
  seen: texts.filter((text) => holds(text)).length,
});

/** How many card numbers are found, by the way they are written: published and drawn ones, alone and in a sentence. */
export function ratesOfCardNumbers(holds: Detection): Map<string, Rate> {
  const random = seededRandom(seed);
  const numbers = cardNumbers(random);
  return new Map(
    Object.entries(writings).map(([name, write]) => {
      const written = numbers.filter((number) => fits(name, number)).map((number) => write(number, random));
      return [name, rateOf([...written, ...written.map((text) => `Card: ${text}, thanks!`)], holds)];
    }),
  );
}

/** How many texts that hold none are taken for one, by what they are; so many are drawn of each. */
export function ratesOfLookAlikes(holds: Detection, count: number): Map<string, Rate> {
  const random = seededRandom(seed);
  return new Map(
    Object.entries(lookAlikes).map(([name, draw]) => [
      name,
      rateOf(
        Array.from({ length: count }, () => draw(random)),
        holds,
      ),
    ]),
  );
}
