import type { TSchema } from 'typebox';
import type { Failures } from '../contract/failures.ts';
import { fieldPath } from '../contract/field-path.ts';
import { isStorableText } from '../contract/json-text.ts';
import { enumArgument, OnfileError } from '../errors.ts';
import { refuseCardNumbers } from '../ops/card-number-scan.ts';
import { parseInt64 } from './int64.ts';

type ParameterSchema = { type?: string; format?: string };

const wholeNumber = /^(?:0|-?[1-9]\d{0,14})$/;
const decimalNumber = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;

function toNumber(text: string, { type, format }: ParameterSchema): number | undefined {
  if (format === 'int64') return parseInt64(text);
  return (type === 'integer' ? wholeNumber : decimalNumber).test(text) ? Number(text) : undefined;
}

function toBoolean(text: string): boolean | undefined {
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}

function convert(text: string, schema: ParameterSchema): string | number | boolean | undefined {
  if (schema.type === 'integer' || schema.type === 'number') return toNumber(text, schema);
  return schema.type === 'boolean' ? toBoolean(text) : text;
}

/** The properties of a parameter schema, which is always a plain object schema. */
function propertiesOf(schema: TSchema): Record<string, ParameterSchema> {
  return 'properties' in schema ? (schema.properties as Record<string, ParameterSchema>) : {};
}

/**
 * Turns a path's or query's texts into the types of their schema, before it validates them. Refused with 400, and not
 * among the values: a name that the schema does not know, one given twice that is no list, a text that is not of its
 * type, characters that cannot be stored, a card number where a text is meant.
 */
export function textParameters(
  schema: TSchema,
): (texts: Record<string, unknown>, failures: Failures) => Record<string, unknown> {
  const properties = new Map(Object.entries(propertiesOf(schema)));
  return (texts, failures) => {
    const values: Record<string, unknown> = {};
    for (const [name, text] of Object.entries(texts)) {
      failures.check(() => {
        values[name] = readParameter(text, properties.get(name), fieldPath('', name) || undefined);
      });
    }
    return values;
  };
}

function readParameter(text: unknown, property: ParameterSchema | undefined, reference: string | undefined): unknown {
  if (property === undefined) throw new OnfileError('errormessage.validation.unknown.field', { reference });
  if (property.type !== 'array') return readText(text, property, reference);
  return [text].flat().map((item) => readText(item, { type: 'string' }, reference));
}

function readText(text: unknown, property: ParameterSchema, reference: string | undefined): string | number | boolean {
  if (typeof text !== 'string') throw new OnfileError('errormessage.validation.duplicate', { reference });
  if (!isStorableText(text)) throw new OnfileError('errormessage.validation.encoding', { reference });
  const value = convert(text, property);
  if (value === undefined) {
    throw new OnfileError('errormessage.validation.type', {
      reference,
      args: [enumArgument(property.type ?? 'string')],
    });
  }
  if (typeof value === 'string') refuseCardNumbers(value, reference);
  return value;
}
