import type { ErrorObject } from 'ajv';
import { enumArgument, integerArgument, OnfileError, stringArgument } from '../errors.ts';
import { fieldPath, itemPath } from './field-path.ts';

type AjvError = ErrorObject<string, Record<string, unknown>>;
type Failure = { error: AjvError; errors: readonly AjvError[]; path: string; reference: string | undefined };

const alternatives = new Set(['anyOf', 'oneOf']);

/** `/merchant_account_tokens/2/token` becomes `merchant_account_tokens[2].token`. */
function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? itemPath(path, part) : fieldPath(path, part)), '');
}

const depthOf = (error: AjvError): number => error.instancePath.split('/').length;

/** Of the failures of several alternatives the deepest came furthest, so it belongs to the one that was meant. */
function decisive(errors: readonly AjvError[]): AjvError | undefined {
  if (!alternatives.has(errors.at(-1)?.keyword ?? '')) return errors[0];
  return errors.reduce((deepest, error) => (depthOf(error) > depthOf(deepest) ? error : deepest));
}

type Properties = { properties?: Record<string, unknown>; additionalProperties?: unknown };

/** A misspelt field makes the right one missing; naming the misspelt one helps more. */
function unknownFieldBeside(error: AjvError): string | undefined {
  const { properties = {}, additionalProperties } = error.parentSchema as Properties;
  if (additionalProperties !== false || typeof error.data !== 'object' || error.data === null) return undefined;
  return Object.keys(error.data).find((name) => !Object.hasOwn(properties, name));
}

type Limits = Record<string, number | undefined>;

function wrongLength({ error, reference }: Failure): OnfileError {
  const limits = error.parentSchema as Limits;
  const min = limits['minLength'] ?? limits['minItems'] ?? 0;
  const max = limits['maxLength'] ?? limits['maxItems'];
  const isEmpty = (error.data as { length: number }).length === 0;
  if (isEmpty) return new OnfileError('errormessage.validation.required', { reference });
  if (max === undefined) return new OnfileError('errormessage.validation.value', { reference });
  return new OnfileError('errormessage.validation.length', {
    reference,
    args: [integerArgument(min), integerArgument(max)],
  });
}

function outOfRange({ error, reference }: Failure): OnfileError {
  const limits = error.parentSchema as Limits;
  const min = limits['minimum'] ?? limits['exclusiveMinimum'] ?? '−∞';
  const max = limits['maximum'] ?? limits['exclusiveMaximum'] ?? '∞';
  return new OnfileError('errormessage.validation.range', {
    reference,
    args: [stringArgument(String(min)), stringArgument(String(max))],
  });
}

function notAllowed({ error, errors, reference }: Failure): OnfileError {
  const here = errors.filter(({ keyword, instancePath }) => keyword === 'const' && instancePath === error.instancePath);
  const values = Array.isArray(error.params['allowedValues'])
    ? error.params['allowedValues'].filter((value) => value !== null)
    : here.map(({ params }) => params['allowedValue']);
  return new OnfileError('errormessage.validation.allowed.values', {
    reference,
    args: [stringArgument(values.join(', '))],
  });
}

function missing({ error, path }: Failure): OnfileError {
  const unknown = unknownFieldBeside(error);
  return unknown === undefined
    ? new OnfileError('errormessage.validation.required', {
        reference: fieldPath(path, String(error.params['missingProperty'])),
      })
    : new OnfileError('errormessage.validation.unknown.field', { reference: fieldPath(path, unknown) || undefined });
}

const unknownField = ({ error, path }: Failure): OnfileError =>
  new OnfileError('errormessage.validation.unknown.field', {
    reference: fieldPath(path, String(error.params['additionalProperty'])) || undefined,
  });

function wrongType({ error, reference }: Failure): OnfileError {
  const [expected = 'string'] = String(error.params['type']).split(',');
  return new OnfileError('errormessage.validation.type', { reference, args: [enumArgument(expected)] });
}

const repeated = ({ reference }: Failure) => new OnfileError('errormessage.validation.duplicate', { reference });
const exclusive = ({ reference }: Failure) => new OnfileError('errormessage.validation.exclusive', { reference });

const byKeyword: ReadonlyMap<string, (failure: Failure) => OnfileError> = new Map([
  ['required', missing],
  ['dependentRequired', missing],
  ['additionalProperties', unknownField],
  ['type', wrongType],
  ['enum', notAllowed],
  ['const', notAllowed],
  ['minLength', wrongLength],
  ['maxLength', wrongLength],
  ['minItems', wrongLength],
  ['maxItems', wrongLength],
  ['minimum', outOfRange],
  ['maximum', outOfRange],
  ['exclusiveMinimum', outOfRange],
  ['exclusiveMaximum', outOfRange],
  ['uniqueItems', repeated],
  ['oneOf', exclusive],
  ['minProperties', exclusive],
  ['maxProperties', exclusive],
]);

/**
 * The first failure that Ajv (with `verbose`) found, as the caller is told of it: unknown field, missing, wrong type,
 * then value. `reference` is the field's path; no value that was sent is in it.
 */
export function validationError(errors: readonly AjvError[]): OnfileError {
  const error = decisive(errors);
  if (error === undefined) return new OnfileError('errormessage.validation.value');
  const path = pathOf(error.instancePath);
  const reference = path || undefined;
  const translate = byKeyword.get(error.keyword);
  return (
    translate?.({ error, errors, path, reference }) ?? new OnfileError('errormessage.validation.value', { reference })
  );
}
