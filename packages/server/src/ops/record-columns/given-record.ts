import type { FieldTarget } from './field-target.ts';

type Fields = Record<string, unknown>;

/** What a row of a file gives of a record. */
export type GivenRecord = {
  /** As a JSON merge patch (RFC 7396): what it leaves out stays, `null` clears, a list is given as a whole. */
  fields: Fields;
  /** Values of custom fields that are given one by one, by the id of their field; `null` takes one away. */
  values: Map<string, Fields | null>;
};

export const emptyGiven = (): GivenRecord => ({ fields: {}, values: new Map() });

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Puts a value where its column belongs; `null` clears. What is a whole must be given before its parts. */
export function give(given: GivenRecord, target: FieldTarget, value: unknown): void {
  if ('customFieldId' in target) return giveCustomValue(given, target.customFieldId, target.valueKind, value);
  const { fields } = given;
  const [name, part, partOfItem] = target.at;
  if (part === undefined) {
    fields[name] = value;
  } else if (typeof part === 'string') {
    const whole = fields[name];
    fields[name] = { ...(isFields(whole) ? whole : {}), [part]: value };
  } else if (value !== null && partOfItem !== undefined) {
    const list: unknown[] = Array.isArray(fields[name]) ? fields[name] : [];
    const item = list[part];
    list[part] = { ...(isFields(item) ? item : {}), [partOfItem]: value };
    fields[name] = list;
  }
}

function giveCustomValue({ values }: GivenRecord, id: string, valueKind: string, value: unknown): void {
  const before = values.get(id);
  if (value !== null) values.set(id, { ...before, custom_field_id: id, [valueKind]: value });
  else if (!before) values.set(id, null);
}

/** Closes the gaps of lists that were given by place: the cells of an item may all be empty. */
export function closeGaps({ fields }: GivenRecord, names: Iterable<string>): void {
  for (const name of names) {
    const list = fields[name];
    if (Array.isArray(list)) fields[name] = list.filter((item) => item !== undefined);
  }
}

/**
 * The body of a record that results when what a row gives is put on what there is, `{}` for a record that is new. It is
 * still to be validated: a row of NDJSON may give anything.
 */
export function bodyFrom({ fields, values }: GivenRecord, present: object = {}): Fields {
  const body = merged(present, fields);
  if (values.size > 0) body['custom_field_values'] = withValues(body['custom_field_values'], values);
  return body;
}

function merged(present: object, patch: Fields): Fields {
  const body: Fields = { ...present };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete body[name];
    else body[name] = isFields(value) ? merged(isFields(body[name]) ? body[name] : {}, value) : value;
  }
  return body;
}

/** The values in their order, those that are given in the places of those before, and new ones at the end. */
function withValues(present: unknown, values: GivenRecord['values']): unknown[] {
  const list: unknown[] = Array.isArray(present) ? present : [];
  const idOf = (item: unknown): unknown => (isFields(item) ? item['custom_field_id'] : undefined);
  const known = new Set(list.map(idOf));
  const replaced = list.map((item) => {
    const id = idOf(item);
    return typeof id === 'string' && values.has(id) ? values.get(id) : item;
  });
  const added = [...values].filter(([id]) => !known.has(id)).map(([, value]) => value);
  return [...replaced, ...added].filter((item) => item !== null);
}
