import type { Ajv2020 } from 'ajv/dist/2020.js';
import { type TSchema, Type } from 'typebox';
import { bodyValidator, createAjv, type Validated, validator } from '../contract/body-reader.ts';
import { Failures } from '../contract/failures.ts';
import type { OnfileError } from '../errors.ts';
import type { App } from './app-type.ts';
import { textParameters } from './text-parameters.ts';

const noParameters = Type.Object({}, { additionalProperties: false });

/** A text that is not of its type fails before it can be validated; the others are told with it. */
function parameterValidator(ajv: Ajv2020, schema: TSchema): (texts: Record<string, unknown>) => Validated {
  const toValues = textParameters(schema);
  const validate = validator(ajv, schema);
  return (texts) => {
    const failures = new Failures();
    const values = toValues(texts, failures);
    if (failures.count === 0) return validate(values);
    // What was refused is missing among the values, too, which does not count twice.
    const outcome = validate(values);
    if ('error' in outcome) failures.add(outcome.error);
    return { error: failures.joined() as OnfileError };
  };
}

/** Sets how the schemas of routes are compiled. Shared schemas (`addSchema`) must be added to the root app. */
export function validateSchemas(app: App): void {
  let ajv: Ajv2020 | undefined;
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    ajv ??= createAjv(app.getSchemas());
    if (httpPart === 'params' || httpPart === 'querystring') return parameterValidator(ajv, schema);
    return httpPart === 'body' ? bodyValidator(ajv, schema) : validator(ajv, schema);
  });
}

/** Makes a route that has a schema but no query refuse every query key, as one with a query refuses unknown keys. */
export function refuseUnknownQueries(app: App): void {
  app.addHook('onRoute', (route) => {
    if (route.schema !== undefined && route.schema.hide !== true) route.schema.querystring ??= noParameters;
  });
}
