import type { DefinedError, ErrorObject } from 'ajv';
import { enumArgument, integerArgument, OnfileError, stringArgument } from '../errors.ts';
import { fieldPath, itemPath } from './field-path.ts';

const alternatives = new Set(['anyOf', 'oneOf']);

/** `/merchant_account_tokens/2/token` becomes `merchant_account_tokens[2].token`. */
function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? itemPath(path, part) : fieldPath(path, part)), '');
}

const depthOf = (error: ErrorObject): number => error.instancePath.split('/').length;

/** Of the failures of several alternatives the deepest came furthest, so it belongs to the one that was meant. */
function decisive(errors: readonly ErrorObject[]): ErrorObject | undefined {
  if (!alternatives.has(errors.at(-1)?.keyword ?? '')) return errors[0];
  return errors.reduce((deepest, error) => (depthOf(error) > depthOf(deepest) ? error : deepest));
}

type Properties = { properties?: Record<string, unknown>; additionalProperties?: unknown };

/** A misspelt field makes the right one missing; naming the misspelt one helps more. */
function unknownFieldBeside(error: ErrorObject): string | undefined {
  const { properties = {}, additionalProperties } = error.parentSchema as Properties;
  if (additionalProperties !== false || typeof error.data !== 'object' || error.data === null) return undefined;
  return Object.keys(error.data).find((name) => !Object.hasOwn(properties, name));
}

type Limits = Record<string, number | undefined>;

function lengthError(error: ErrorObject, reference: string | undefined): OnfileError {
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

function rangeError(error: ErrorObject, reference: string | undefined): OnfileError {
  const limits = error.parentSchema as Limits;
  const min = limits['minimum'] ?? limits['exclusiveMinimum'] ?? '−∞';
  const max = limits['maximum'] ?? limits['exclusiveMaximum'] ?? '∞';
  return new OnfileError('errormessage.validation.range', {
    reference,
    args: [stringArgument(String(min)), stringArgument(String(max))],
  });
}

function allowedValues(error: DefinedError, errors: readonly ErrorObject[]): string {
  if (error.keyword === 'enum') return error.params.allowedValues.filter((value) => value !== null).join(', ');
  const constants = errors.filter(
    ({ keyword, instancePath }) => keyword === 'const' && instancePath === error.instancePath,
  );
  return constants.map(({ params }) => String(params['allowedValue'])).join(', ');
}

/**
 * The first failure that Ajv (with `verbose`) found, as the caller is told of it: unknown field, missing, wrong type,
 * then value. `reference` is the field's path; no value that was sent is in it.
 */
export function validationError(errors: readonly ErrorObject[]): OnfileError {
  const error = decisive(errors) as DefinedError | undefined;
  if (error === undefined) return new OnfileError('errormessage.validation.value');
  const path = pathOf(error.instancePath);
  const reference = path || undefined;
  switch (error.keyword) {
    case 'required':
    case 'dependentRequired': {
      const unknown = unknownFieldBeside(error);
      return unknown === undefined
        ? new OnfileError('errormessage.validation.required', {
            reference: fieldPath(path, error.params.missingProperty),
          })
        : new OnfileError('errormessage.validation.unknown.field', {
            reference: fieldPath(path, unknown) || undefined,
          });
    }
    case 'additionalProperties':
      return new OnfileError('errormessage.validation.unknown.field', {
        reference: fieldPath(path, error.params.additionalProperty) || undefined,
      });
    case 'type': {
      const [expected = 'string'] = String(error.params.type).split(',');
      return new OnfileError('errormessage.validation.type', { reference, args: [enumArgument(expected)] });
    }
    case 'enum':
    case 'const':
      return new OnfileError('errormessage.validation.allowed.values', {
        reference,
        args: [stringArgument(allowedValues(error, errors))],
      });
    case 'minLength':
    case 'maxLength':
    case 'minItems':
    case 'maxItems':
      return lengthError(error, reference);
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return rangeError(error, reference);
    case 'uniqueItems':
      return new OnfileError('errormessage.validation.duplicate', { reference });
    case 'oneOf':
    case 'minProperties':
    case 'maxProperties':
      return new OnfileError('errormessage.validation.exclusive', { reference });
    default:
      return new OnfileError('errormessage.validation.value', { reference });
  }
}
