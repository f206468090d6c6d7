import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { type TSchema, Type } from 'typebox';
import { bodyValidator, createAjv, type Validated, validated } from '../contract/body-reader.ts';
import type { App } from './app-type.ts';
import { textParameters } from './text-parameters.ts';

const noParameters = Type.Object({}, { additionalProperties: false });

function parameterValidator(
  schema: TSchema,
  validate: ValidateFunction,
): (texts: Record<string, unknown>) => Validated {
  const toValues = textParameters(schema);
  return (texts) => validated(validate, toValues(texts));
}

/** Sets how the schemas of routes are compiled. Shared schemas (`addSchema`) must be added to the root app. */
export function validateSchemas(app: App): void {
  let ajv: Ajv2020 | undefined;
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    ajv ??= createAjv(app.getSchemas());
    const validate = ajv.compile(schema);
    if (httpPart === 'params' || httpPart === 'querystring') return parameterValidator(schema, validate);
    if (httpPart === 'body') return bodyValidator(schema, validate);
    return (value: unknown) => validated(validate, value);
  });
}

/** Makes a route that has a schema but no query refuse every query key, as one with a query refuses unknown keys. */
export function refuseUnknownQueries(app: App): void {
  app.addHook('onRoute', (route) => {
    if (route.schema !== undefined && route.schema.hide !== true) route.schema.querystring ??= noParameters;
  });
}
