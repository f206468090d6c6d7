import type { ErrorObject } from 'ajv';
import { enumArgument, integerArgument, OnfileError, stringArgument } from '../errors.ts';
import { fieldPath, itemPath } from './field-path.ts';
import { outOfRange } from './out-of-range.ts';
import { formOf, notBlank } from './text-forms.ts';

type AjvError = ErrorObject<string, Record<string, unknown>>;
type Failure = { error: AjvError; errors: readonly AjvError[]; path: string; reference: string | undefined };

const alternatives = new Set(['anyOf', 'oneOf']);

/** `/merchant_account_tokens/2/token` becomes `merchant_account_tokens[2].token`, below the place `parent`. */
function pathOf(pointer: string, parent: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? itemPath(path, part) : fieldPath(path, part)), parent);
}

const depthOf = (error: AjvError): number => error.instancePath.split('/').length;

/** Of the failures of several alternatives the deepest came furthest, so it belongs to the one that was meant. */
function decisive(errors: readonly AjvError[]): AjvError | undefined {
  if (!alternatives.has(errors.at(-1)?.keyword ?? '')) return errors[0];
  return errors.reduce((deepest, error) => (depthOf(error) > depthOf(deepest) ? error : deepest));
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

function wrongNumber({ error, reference }: Failure): OnfileError {
  const limits = error.parentSchema as Limits;
  const least = limits['minimum'] ?? limits['exclusiveMinimum'];
  const most = limits['maximum'] ?? limits['exclusiveMaximum'];
  return outOfRange({ least, most }, reference);
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

const missing = ({ error, path }: Failure): OnfileError =>
  new OnfileError('errormessage.validation.required', {
    reference: fieldPath(path, String(error.params['missingProperty'])) || undefined,
  });

const unknownField = ({ error, path }: Failure): OnfileError =>
  new OnfileError('errormessage.validation.unknown.field', {
    reference: fieldPath(path, String(error.params['additionalProperty'])) || undefined,
  });

function wrongType({ error, reference }: Failure): OnfileError {
  const [expected = 'string'] = String(error.params['type']).split(',');
  return new OnfileError('errormessage.validation.type', { reference, args: [enumArgument(expected)] });
}

/** An id of 64 bits: an integer in JSON is exact within a double only. */
const beyondExact = (reference: string | undefined): OnfileError =>
  outOfRange({ least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER }, reference);

/** Of a text that is not written as its `format` or `pattern` asks for. */
function wrongForm({ error, reference }: Failure): OnfileError {
  const asked = String(error.params[error.keyword]);
  if (asked === 'int64') return beyondExact(reference);
  if (error.data === '' || asked === notBlank)
    return new OnfileError('errormessage.validation.required', { reference });
  const form = formOf(error.keyword, asked);
  return form === undefined
    ? new OnfileError('errormessage.validation.value', { reference })
    : new OnfileError('errormessage.validation.format', { reference, args: [enumArgument(form)] });
}

const notWhole = ({ reference }: Failure): OnfileError =>
  new OnfileError('errormessage.validation.type', { reference, args: [enumArgument('integer')] });

const repeated = ({ reference }: Failure) => new OnfileError('errormessage.validation.duplicate', { reference });
const exclusive = ({ reference }: Failure) => new OnfileError('errormessage.validation.exclusive', { reference });

const byKeyword: ReadonlyMap<string, (failure: Failure) => OnfileError> = new Map([
  ['required', missing],
  ['dependentRequired', missing],
  ['additionalProperties', unknownField],
  ['type', wrongType],
  ['multipleOf', notWhole],
  ['format', wrongForm],
  ['pattern', wrongForm],
  ['enum', notAllowed],
  ['const', notAllowed],
  ['minLength', wrongLength],
  ['maxLength', wrongLength],
  ['minItems', wrongLength],
  ['maxItems', wrongLength],
  ['minimum', wrongNumber],
  ['maximum', wrongNumber],
  ['exclusiveMinimum', wrongNumber],
  ['exclusiveMaximum', wrongNumber],
  ['uniqueItems', repeated],
  ['oneOf', exclusive],
  ['minProperties', exclusive],
  ['maxProperties', exclusive],
]);

/**
 * The first failure that Ajv (with `verbose`) found of a value, as the caller is told of it. `reference` is the field's
 * path below `parent`, the place of the value; no value that was sent is in it.
 */
export function validationError(errors: readonly AjvError[], parent: string): OnfileError {
  const error = decisive(errors);
  if (error === undefined) return new OnfileError('errormessage.validation.value', { reference: parent || undefined });
  const path = pathOf(error.instancePath, parent);
  const reference = path || undefined;
  const translate = byKeyword.get(error.keyword);
  return (
    translate?.({ error, errors, path, reference }) ?? new OnfileError('errormessage.validation.value', { reference })
  );
}
