import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type Static, type TSchema, Type } from 'typebox';
import { parseInstant } from '../contract/instant.ts';
import { withoutNulls } from '../contract/schema.ts';
import type { OnfileError } from '../errors.ts';
import type { App } from './app-type.ts';
import { textParameters } from './text-parameters.ts';
import { validationError } from './validation-error.ts';

type Outcome = { value: unknown } | { error: OnfileError };

const noParameters = Type.Object({}, { additionalProperties: false });

function createAjv(sharedSchemas: Record<string, unknown>): Ajv2020 {
  // Only the first failure is looked for: a body may hold a hundred thousand, and all would be collected.
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

function check(validate: ValidateFunction, value: unknown): Outcome {
  return validate(value) ? { value } : { error: validationError(validate.errors ?? []) };
}

/** No body at all is checked as an empty object, so that the missing field is named. */
function bodyValidator(schema: TSchema, validate: ValidateFunction): (body: unknown) => Outcome {
  const takesObject = !('type' in schema) || schema.type === 'object';
  return (body) => check(validate, body ?? (takesObject ? {} : null));
}

function parameterValidator(schema: TSchema, validate: ValidateFunction): (texts: Record<string, unknown>) => Outcome {
  const toValues = textParameters(schema);
  return (texts) => check(validate, toValues(texts));
}

/**
 * Sets how the schemas of routes are compiled. Nothing is coerced in bodies, nothing removed, nothing filled in. Shared
 * schemas (`addSchema`) must be added to the root app.
 */
export function validateSchemas(app: App): void {
  let ajv: Ajv2020 | undefined;
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    ajv ??= createAjv(app.getSchemas());
    const validate = ajv.compile(schema);
    if (httpPart === 'params' || httpPart === 'querystring') return parameterValidator(schema, validate);
    if (httpPart === 'body') return bodyValidator(schema, validate);
    return (value: unknown) => check(validate, value);
  });
}

/** Reads a body that comes in another one, or is made of one, as a route with this schema would read its own. */
export function bodyReader<Schema extends TSchema>(
  schema: Schema,
  { keepsNulls = false } = {},
): (body: unknown) => Static<Schema> {
  const validate = bodyValidator(schema, createAjv({}).compile(schema));
  return (body) => {
    const outcome = validate(body);
    if ('error' in outcome) throw outcome.error;
    return keepsNulls ? (body as Static<Schema>) : withoutNulls(body as Static<Schema>);
  };
}

/** Makes a route that has a schema but no query refuse every query key, as one with a query refuses unknown keys. */
export function refuseUnknownQueries(app: App): void {
  app.addHook('onRoute', (route) => {
    if (route.schema !== undefined && route.schema.hide !== true) route.schema.querystring ??= noParameters;
  });
}
