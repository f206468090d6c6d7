import { either, type Shape, scalar, textOf } from './calculation-shape.ts';

/** What a part of an expression takes at most, in steps of some 50 ns, and what it gives. */
export type Reckoned = { steps: number; shape: Shape };

/** Characters that are compared or copied in one step. */
const charsPerStep = 16;
export const stepsOfChars = (chars: number): number => Math.ceil(chars / charsPerStep);
/** A text of its own for every character, at its worst. */
const stepsPerPart = 3;

/** Its characters are counted one by one, the items of a list are not. */
const stepsOfSize = ({ text }: Shape): number => 2 + text;

/** What a function takes by itself for its first argument; null for one that calculations do not have. */
export function functionCost(name: string, given: Shape): Reckoned | null {
  switch (name) {
    case 'has':
      return { steps: 1, shape: scalar };
    case 'dyn':
      return { steps: 1, shape: given };
    case 'string':
      return { steps: 1 + stepsOfChars(given.chars), shape: either(textOf(given.chars), scalar) };
    case 'size':
      return { steps: stepsOfSize(given), shape: scalar };
    case 'int':
    case 'double':
    case 'bool':
    case 'days':
      return { steps: 1 + 2 * stepsOfChars(given.chars), shape: scalar };
    default:
      return null;
  }
}

/**
 * What a method of a text or a list takes by itself, with its first argument when it has any; null for one that
 * calculations do not have. Those that are not here know the clock, the machine's time zone or no bounds.
 */
export function methodCost(name: string, of: Shape, given: Shape | null): Reckoned | null {
  const others = given?.chars ?? 0;
  switch (name) {
    case 'size':
      return { steps: stepsOfSize(of), shape: scalar };
    case 'startsWith':
    case 'endsWith':
      return { steps: 2 + 2 * stepsOfChars(of.chars), shape: scalar };
    case 'contains':
    case 'indexOf':
    case 'lastIndexOf':
      return { steps: 2 + stepsOfChars(of.chars * Math.max(1, others)), shape: scalar };
    case 'substring':
    case 'trim':
      return { steps: 2 + stepsOfChars(of.chars), shape: textOf(of.chars) };
    case 'lowerAscii':
    case 'upperAscii':
      // The library takes it for all letters, and some have three in the other case.
      return { steps: 2 + stepsOfChars(3 * of.chars), shape: textOf(3 * of.chars) };
    case 'split':
      return {
        steps: 2 + stepsPerPart * of.chars * Math.max(1, stepsOfChars(others)),
        shape: { chars: of.chars, text: 0, items: of.chars + 1, item: textOf(of.chars) },
      };
    case 'join': {
      const chars = of.chars + of.items * others;
      return { steps: 2 + of.items + stepsOfChars(chars), shape: textOf(chars) };
    }
    default:
      return null;
  }
}
