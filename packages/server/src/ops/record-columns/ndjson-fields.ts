import { Failures } from '../../contract/failures.ts';
import { enumArgument, OnfileError } from '../../errors.ts';
import type { ColumnOptions } from './csv-columns.ts';
import { type FieldTarget, targetOf } from './field-target.ts';
import { closeGaps, emptyGiven, type GivenRecord, give } from './given-record.ts';
import { tellableName } from './tellable-name.ts';

const mostRemembered = 2000;

/**
 * What reads the objects of an NDJSON file: a record as it is answered, or flat with paths of fields as names, or both.
 * `null` clears. What it answers throws 400 for what is no object, and for names that are no field's; the kinds of values
 * are left to the validation of the record.
 */
export function ndjsonFields({ mapping = {}, nullMarker, definitions }: ColumnOptions): (row: unknown) => GivenRecord {
  const remembered = new Map<string, FieldTarget | null>();
  const targetFor = (name: string): FieldTarget | null => {
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const path = Object.hasOwn(mapping, name) ? mapping[name] : name;
    const target = path === null ? null : targetOf(path ?? '', definitions);
    if (!target && path !== null) throw unknownName(name);
    if (remembered.size < mostRemembered) remembered.set(name, target ?? null);
    return target ?? null;
  };
  return (row) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw new OnfileError('errormessage.validation.type', { args: [enumArgument('object')] });
    }
    const given = emptyGiven();
    const parts: [FieldTarget, unknown][] = [];
    const lists = new Set<string>();
    const failures = new Failures();
    for (const [name, value] of Object.entries(row as Record<string, unknown>)) {
      const target = failures.check(() => targetFor(name));
      if (!target) continue;
      const what = value === nullMarker ? null : value;
      if ('at' in target && target.at.length === 1) give(given, target, what);
      else parts.push([target, what]);
      if ('at' in target && target.at.length === 3) lists.add(target.at[0]);
    }
    failures.throwAny();
    for (const [target, value] of parts) give(given, target, value);
    if (lists.size > 0) closeGaps(given, lists);
    return given;
  };
}

const unknownName = (name: string) =>
  new OnfileError('errormessage.validation.unknown.field', { reference: tellableName(name) });
