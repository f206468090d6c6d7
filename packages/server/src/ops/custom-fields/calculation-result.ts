import type { CustomFieldDefinition } from '../../contract/custom-field.ts';
import { isStorableText } from '../../contract/json-text.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { longestResult } from './calculation.ts';
import { CalculationFailure } from './calculation-failure.ts';
import { type CustomFieldValue, checkValue, kindOf } from './check-value.ts';
import type { PatternBudget } from './pattern.ts';

/**
 * What an expression gave, as the value of its field; null when it gave null, which leaves the field empty. Throws when
 * it does not fit the type or the rules of the field, or looks like a card number.
 */
export function resultValue(field: CustomFieldRow, result: unknown, budget: PatternBudget): CustomFieldValue | null {
  if (result === null) return null;
  const { definition, custom_field_id } = field;
  const value: CustomFieldValue = { custom_field_id, [kindOf[definition.type]]: plainResult(definition, result) };
  checkValue(definition, value, '', budget);
  refuseCardNumbers(value);
  return value;
}

function plainResult({ type, constraints }: CustomFieldDefinition, result: unknown): unknown {
  let room = longestResult;
  const plain = plainOf(result);
  const isRight = {
    boolean: 'boolean',
    numeric: 'number',
    string: 'string',
    file: '',
    list: 'object',
    table: 'object',
  };
  if (typeof plain !== isRight[type]) throw new CalculationFailure('result.wrong.type');
  if (typeof plain !== 'number' || constraints?.decimals === undefined) return plain;
  return finite(Number(plain.toFixed(constraints.decimals)));

  function plainOf(part: unknown): unknown {
    room -= typeof part === 'string' ? part.length : 1;
    if (room < 0) throw new CalculationFailure('result.too.large');
    if (typeof part === 'string') return storable(part);
    if (typeof part === 'boolean') return part;
    if (typeof part === 'number') return finite(part);
    if (typeof part === 'bigint') return exact(part);
    if (Array.isArray(part)) return part.map(plainOf);
    if (typeof part === 'object' && part !== null && part.constructor === Object) {
      return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, plainOf(value)]));
    }
    throw new CalculationFailure('result.wrong.type');
  }
}

/** Parts of texts are cut between units of UTF-16: half a character would come back as one that no write may hold. */
function storable(text: string): string {
  if (!isStorableText(text)) throw new CalculationFailure('result.character');
  return text;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new CalculationFailure('result.not.number');
  // JSON has no negative zero.
  return value === 0 ? 0 : value;
}

function exact(value: bigint): number {
  if (!Number.isSafeInteger(Number(value))) throw new CalculationFailure('result.not.number');
  return Number(value);
}
