import { setImmediate as yieldOnce } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../../context.ts';
import type { CustomFieldDefinition, CustomFieldPreview } from '../../contract/custom-field.ts';
import { integerArgument, OnfileError } from '../../errors.ts';
import { listRecords, type RecordPlace } from '../../store/record-list.ts';
import { openRecord } from '../stored-payment-methods/content.ts';
import { openCursor, sealCursor } from '../stored-payment-methods/list-cursor.ts';
import { checkValue, kindOf } from './check-value.ts';
import type { CustomFieldValues } from './terms.ts';

/** A new definition of a field; `before` is null when the field is new. */
export type DefinitionChange = {
  id: string;
  before: CustomFieldDefinition | null;
  after: CustomFieldDefinition;
};

/** Well within what a request may take. */
const longestLookMs = 5_000;
/** The process serves others between two stretches. */
const stretchMs = 20;
const pageSize = 200;
const mostSamples = 20;

const allRecords = { filter: {}, sort: 'sys_created_at', descending: false } as const;

type Broken = { error_code: string; reference: string };

/** What is wrong with a value, without its place in a list; null when nothing is. */
function failureOf(definition: CustomFieldDefinition, value: CustomFieldValues[number]): Broken | null {
  try {
    checkValue(definition, value, '');
    return null;
  } catch (error) {
    if (!(error instanceof OnfileError)) throw error;
    const isUnknown = error.code === 'errormessage.validation.unknown.field';
    const reference = error.reference?.replaceAll(/\[\d+\]/g, '');
    return { error_code: error.code, reference: isUnknown || !reference ? kindOf[definition.type] : reference };
  }
}

const isDemanded = (definition: CustomFieldDefinition | null): boolean =>
  definition?.is_active !== false && definition?.is_required === true;

/** What was calculated before is nobody's loss; what people gave is no longer kept once the field is calculated. */
const isTakenOver = ({ before, after }: DefinitionChange): boolean =>
  after.calculation !== undefined && before?.calculation === undefined;

/** Whether a value could be right by the definition before and wrong by the one after. */
function couldBreak(change: DefinitionChange): boolean {
  if (isTakenOver(change)) return true;
  const { before, after } = change;
  if (after.is_active === false || after.calculation !== undefined) return false;
  return !before || !isDeepStrictEqual(before.constraints, after.constraints) || isDemanded(after) > isDemanded(before);
}

function brokenBy(change: DefinitionChange, value: CustomFieldValues[number] | undefined): Broken | null {
  const { before, after } = change;
  if (isTakenOver(change)) {
    return value ? { error_code: 'errormessage.validation.value', reference: kindOf[after.type] } : null;
  }
  if (!value) {
    const isMissing = isDemanded(after) && !isDemanded(before);
    return isMissing ? { error_code: 'errormessage.validation.required', reference: kindOf[after.type] } : null;
  }
  const failure = failureOf(after, value);
  return failure && before && failureOf(before, value) ? null : failure;
}

/**
 * Looks at the records' values, as far as time allows, for those that are right now and would not be by another
 * definition: the values are sealed, so each record is opened. Throws 400 for a key of another look.
 */
export async function findBrokenValues(
  ctx: Context,
  change: DefinitionChange,
  startKey?: string,
): Promise<CustomFieldPreview> {
  const list = `broken values of ${change.id}`;
  let place = startKey === undefined ? null : openCursor(ctx, list, startKey);
  const found: CustomFieldPreview = { records_seen: 0, records_broken: 0, broken_rules: [] };
  if (!couldBreak(change)) return found;
  const deadline = performance.now() + longestLookMs;
  for (;;) {
    const page = await listRecords(ctx.db, ctx.tenant.tenantId, allRecords, place, pageSize);
    if (page.length === 0) return found;
    let stretchEnd = performance.now() + stretchMs;
    for (const row of page) {
      if (performance.now() > deadline && place) return { ...found, LastEvaluatedKey: sealCursor(ctx, list, place) };
      const values = openRecord(ctx, row).content.custom_field_values ?? [];
      const broken = brokenBy(
        change,
        values.find((value) => value.custom_field_id === change.id),
      );
      found.records_seen += 1;
      if (broken) count(found, broken, row.id);
      place = placeOf(row);
      if (performance.now() > stretchEnd) {
        await yieldOnce();
        stretchEnd = performance.now() + stretchMs;
      }
    }
  }
}

const placeOf = (row: { id: string; order_key: string }): RecordPlace => ({ orderKey: row.order_key, id: row.id });

function count(found: CustomFieldPreview, { error_code, reference }: Broken, recordId: string): void {
  found.records_broken += 1;
  let rule = found.broken_rules.find((one) => one.error_code === error_code && one.reference === reference);
  if (!rule) {
    rule = { error_code, reference, count: 0, sample_ids: [] };
    found.broken_rules.push(rule);
  }
  rule.count += 1;
  if (rule.sample_ids.length < mostSamples) rule.sample_ids.push(recordId);
}

/** Throws 409 when a change would break values, or may: there were more than could be looked at in time. */
export async function refuseBrokenValues(ctx: Context, change: DefinitionChange): Promise<void> {
  const { records_broken: broken, records_seen: seen, LastEvaluatedKey: next } = await findBrokenValues(ctx, change);
  if (broken > 0) {
    throw new OnfileError('errormessage.custom.field.values.broken', {
      args: [integerArgument(broken), integerArgument(seen)],
      reference: 'accept_broken_values',
    });
  }
  if (next !== undefined) {
    throw new OnfileError('errormessage.custom.field.values.unchecked', {
      args: [integerArgument(seen)],
      reference: 'accept_broken_values',
    });
  }
}
