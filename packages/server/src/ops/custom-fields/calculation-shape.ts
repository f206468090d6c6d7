/**
 * How large a value of an expression can be at most. What an expression may cost is reckoned with it beforehand, and
 * what a record brings is held against it before anything is calculated.
 */
export type Shape = {
  /** Of all texts in it. */
  chars: number;
  /** Of itself, where it can be a text. */
  text: number;
  /** Of a list or a map. */
  items: number;
  /** The largest of its items. */
  item?: Shape | undefined;
  /** Those of an object, which are its items too; one that is not named is not there. */
  fields?: Readonly<Record<string, Shape>> | undefined;
};

/** As long as a number is in writing. */
export const scalar: Shape = { chars: 25, text: 25, items: 0 };
export const textOf = (chars: number): Shape => ({ chars, text: chars, items: 0 });
export const listOf = (items: number, item: Shape): Shape => ({ chars: items * item.chars, text: 0, items, item });

export const objectOf = (fields: Readonly<Record<string, Shape>>): Shape => {
  const parts = Object.values(fields);
  return { chars: charsOf(parts), text: 0, items: parts.length, item: parts.reduce(either, scalar), fields };
};
export const charsOf = (parts: readonly Shape[]): number => parts.reduce((chars, part) => chars + part.chars, 0);

/** What holds either of two values. */
export const either = (one: Shape, other: Shape): Shape => ({
  chars: Math.max(one.chars, other.chars),
  text: Math.max(one.text, other.text),
  items: Math.max(one.items, other.items),
  item: one.item && other.item ? either(one.item, other.item) : (one.item ?? other.item),
});

/** What two texts or lists make when one is put behind the other. */
export const joined = (one: Shape, other: Shape): Shape => ({
  ...either(one, other),
  chars: one.chars + other.chars,
  text: one.text + other.text,
  items: one.items + other.items,
});

/** How many values there are in it, itself among them. */
export const elementsOf = ({ items, item }: Shape): number => 1 + items * (item ? elementsOf(item) : 0);

/** Whether a value is no larger than was reckoned with. */
export function fits(value: unknown, shape: Shape): boolean {
  if (typeof value === 'string') return value.length <= shape.chars;
  if (typeof value !== 'object' || value === null) return true;
  const { items, item = scalar, fields } = shape;
  if (fields) return Object.entries(value).every(([name, part]) => fits(part, fields[name] ?? scalar));
  const parts: unknown[] = Object.values(value);
  return parts.length <= items && parts.every((part) => fits(part, item));
}
