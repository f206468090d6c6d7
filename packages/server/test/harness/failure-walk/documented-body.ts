import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { argumentValues } from '../../../src/contract/error-argument.ts';
import type { TestServer } from '../server.ts';
import type { Said } from './english-left.ts';

/** Throws an AssertionError when the body is not of the schema that the document has for it, in every field. */
export type BodyCheck = (schema: object, body: unknown) => void;

/** The same schema, of objects that have no field beside the ones named, whether or not it says so itself. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in copy && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy;
}

/** Holds bodies to the server's own document. */
export async function bodyCheck(server: TestServer): Promise<BodyCheck> {
  const { body: document } = await server.call('GET', '/openapi.json');
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  for (const [name, schema] of Object.entries<object>(document.components.schemas)) {
    ajv.addSchema(closed(schema) as object, `#/components/schemas/${name}`);
  }
  const compiled = new Map<object, object>();
  return (schema, body) => {
    const strict = compiled.get(schema) ?? (closed(schema) as object);
    compiled.set(schema, strict);
    assert.ok(ajv.validate(strict, body), `${ajv.errorsText(ajv.errors)} in ${JSON.stringify(body)}`);
  };
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
addFormats.default(ajv);

/** Asserts that each typed argument has the value of its type, and that there are as many texts as arguments. */
export function checkArguments({ args, typedArgs }: Said): void {
  assert.ok(Array.isArray(args) && Array.isArray(typedArgs), 'there are no args, or no typedArgs');
  assert.equal(args.length, typedArgs.length);
  for (const { type, value } of typedArgs) {
    assert.ok(ajv.validate(argumentValues[type], value), `${type}: ${ajv.errorsText(ajv.errors)}`);
  }
  for (const text of args) assert.equal(text.trim(), text);
}
