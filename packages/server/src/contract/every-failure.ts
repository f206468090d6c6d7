import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import type { TSchema } from 'typebox';
import { OnfileError } from '../errors.ts';
import { Failures } from './failures.ts';
import { fieldPath, itemPath } from './field-path.ts';
import { validationError } from './validation-error.ts';

/** Beyond it the rest is not looked at: a body can hold a hundred thousand fields, each of them wrong. */
const mostLooks = 2000;

class Search extends Failures {
  #looks = 0;

  /** Whether there is room or time for no more. */
  get isOver(): boolean {
    return this.isFull || this.#looks >= mostLooks;
  }

  /** Counts a look at a value; answers whether it may be taken. */
  mayLook(): boolean {
    this.#looks += 1;
    return !this.isOver;
  }
}

/** Schemas that ask for the same are compiled once: a record has dozens of fields, and each takes a millisecond. */
const sameSchema = new Map<string, SchemaNode>();

function compileOnce(ajv: Ajv2020, schema: SchemaNode): ValidateFunction {
  // A field may be called so, too: its schema is no text.
  const isRemark = (name: string, part: unknown) => name === 'description' && typeof part === 'string';
  const asked = JSON.stringify(schema, (name, part: unknown) => (isRemark(name, part) ? undefined : part));
  const same = sameSchema.get(asked) ?? schema;
  sameSchema.set(asked, same);
  return ajv.compile(same);
}

type Look = (value: unknown, path: string, search: Search) => void;

type SchemaNode = {
  properties?: Record<string, SchemaNode>;
  required?: readonly string[];
  additionalProperties?: unknown;
  items?: SchemaNode;
  minItems?: number;
  maxItems?: number;
};

/**
 * Looks for what is wrong with a value in the order of its schema's fields, an unknown field before them. What is right
 * is passed over as a whole, so that the work goes with the failures, and those are bounded.
 */
function lookAt(ajv: Ajv2020, schema: SchemaNode): Look {
  let validate: ValidateFunction | undefined;
  const inside = schema.properties ? lookIntoObject(ajv, schema) : schema.items ? lookIntoList(ajv, schema) : null;
  return (value, path, search) => {
    validate ??= compileOnce(ajv, schema);
    if (!search.mayLook() || validate(value)) return;
    const before = search.count;
    inside?.(value, path, search);
    // Of the wrong type, too long, or wrong in a way that is none of its parts'.
    if (search.count === before) search.add(validationError(validate.errors ?? [], path));
  };
}

function lookIntoObject(ajv: Ajv2020, { properties = {}, required = [], additionalProperties }: SchemaNode): Look {
  const fields = Object.entries(properties).map(([name, schema]) => ({
    name,
    isRequired: required.includes(name),
    look: lookAt(ajv, schema),
  }));
  return (value, path, search) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    if (additionalProperties === false) nameUnknown(value, properties, path, search);
    for (const { name, isRequired, look } of fields) {
      const reference = fieldPath(path, name);
      const field = (value as Record<string, unknown>)[name];
      if (field !== undefined) look(field, reference, search);
      else if (isRequired) search.add(new OnfileError('errormessage.validation.required', { reference }));
    }
  };
}

function nameUnknown(value: object, properties: object, path: string, search: Search): void {
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(properties, name)) continue;
    if (!search.mayLook()) return;
    const reference = fieldPath(path, name) || undefined;
    // An error costs more than a look, and names that cannot be told are all of one place.
    if (search.isTold('errormessage.validation.unknown.field', reference)) continue;
    search.add(new OnfileError('errormessage.validation.unknown.field', { reference }));
  }
}

function lookIntoList(ajv: Ajv2020, { items = {}, minItems = 0, maxItems }: SchemaNode): Look {
  const look = lookAt(ajv, items);
  return (value, path, search) => {
    if (!Array.isArray(value) || value.length < minItems || value.length > (maxItems ?? value.length)) return;
    for (const [n, item] of value.entries()) {
      if (search.isOver) return;
      look(item, itemPath(path, n), search);
    }
  };
}

/**
 * All that is wrong with a value that its schema refuses, as one error: the first failure with the others. At most
 * `mostFailures`, each place named once; no value that was sent is in it.
 */
export function everyFailure(ajv: Ajv2020, schema: TSchema): (value: unknown) => OnfileError {
  const look = lookAt(ajv, schema);
  return (value) => {
    const search = new Search();
    look(value, '', search);
    return search.joined() ?? new OnfileError('errormessage.validation.value');
  };
}
