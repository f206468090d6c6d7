import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Static, TSchema } from 'typebox';
import type { OnfileError } from '../errors.ts';
import { everyFailure } from './every-failure.ts';
import { parseInstant } from './instant.ts';
import { withoutNulls } from './schema.ts';

export type Validated = { value: unknown } | { error: OnfileError };

/** What compiles the schemas of requests. Nothing is coerced in bodies, nothing removed, nothing filled in. */
export function createAjv(sharedSchemas: Record<string, unknown>): Ajv2020 {
  // It stops at the first failure: a body may hold a hundred thousand, and all would be collected. `everyFailure` looks
  // for the others, within bounds.
  const ajv = new Ajv2020({ strictNumbers: true, verbose: true, coerceTypes: false, allowUnionTypes: true });
  addFormats.default(ajv);
  // RFC 7493, section 2.2: an integer in JSON is exact within a double only, so ids beyond are refused.
  ajv.addFormat('int64', { type: 'number', validate: Number.isSafeInteger });
  // The one that comes with Ajv takes times without minutes in their offset, which no clock of ours can read.
  ajv.addFormat('date-time', { type: 'string', validate: (text) => parseInstant(text) !== undefined });
  // RFC 9562, section 4: the library takes a `urn:uuid:` prefix too, PostgreSQL does not.
  ajv.addFormat('uuid', /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i);
  for (const schema of Object.values(sharedSchemas)) ajv.addSchema(schema as object);
  return ajv;
}

/** Validates, and says all that is wrong in the words of the one error body. */
export function validator(ajv: Ajv2020, schema: TSchema): (value: unknown) => Validated {
  const validate = ajv.compile(schema);
  const explain = everyFailure(ajv, schema);
  return (value) => (validate(value) ? { value } : { error: explain(value) });
}

/** No body at all is checked as an empty object, so that the missing fields are named. */
export function bodyValidator(ajv: Ajv2020, schema: TSchema): (body: unknown) => Validated {
  const validate = validator(ajv, schema);
  const takesObject = !('type' in schema) || schema.type === 'object';
  return (body) => validate(body ?? (takesObject ? {} : null));
}

let sharedAjv: Ajv2020 | undefined;

/**
 * Reads a body that comes in another one, or is made of one, as a route with this schema would read its own: throws 400
 * naming the fields that are not right; `null` fields are left out.
 */
export function bodyReader<Schema extends TSchema>(
  schema: Schema,
  { keepsNulls = false } = {},
): (body: unknown) => Static<Schema> {
  sharedAjv ??= createAjv({});
  const validate = bodyValidator(sharedAjv, schema);
  return (body) => {
    const outcome = validate(body);
    if ('error' in outcome) throw outcome.error;
    return keepsNulls ? (body as Static<Schema>) : withoutNulls(body as Static<Schema>);
  };
}
