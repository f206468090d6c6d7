import { Failures } from '../../contract/failures.ts';
import { integerArgument, OnfileError } from '../../errors.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { readCell } from './cell.ts';
import { type FieldTarget, targetOf } from './field-target.ts';
import { closeGaps, emptyGiven, type GivenRecord, give } from './given-record.ts';
import { tellableName } from './tellable-name.ts';

/** How the columns of a file are to be read. */
export type ColumnOptions = {
  /** From names of columns to paths of fields; `null` leaves a column out. */
  mapping?: Readonly<Record<string, string | null>> | undefined;
  /** A cell of this text clears the field. */
  nullMarker?: string | undefined;
  /** The tenant's custom fields. */
  definitions: readonly CustomFieldRow[];
};

type Column = { index: number; target: FieldTarget };

/**
 * Compiles the header of a CSV file into what its rows are read with. An empty cell gives nothing. Throws 400 for the
 * whole file when a column is of no field or two are of the same, or when the mapping names one that is not there. What
 * it answers throws 400 for a row that has another number of cells or cells of the wrong kind.
 */
export function csvColumns(
  header: readonly string[],
  options: ColumnOptions,
): (cells: readonly string[]) => GivenRecord {
  const names = header.map((name, index) => (index === 0 ? name.replace(/^\uFEFF/, '') : name).trim());
  refuseUnknownMapping(names, options.mapping);
  const columns = columnsOf(names, options);
  const listNames = new Set(columns.flatMap(({ target }) => listNameOf(target)));
  const { nullMarker } = options;
  return (cells) => {
    if (cells.length !== names.length) throw wrongCount(names.length);
    const given = emptyGiven();
    const failures = new Failures();
    for (const { index, target } of columns) {
      const cell = cells[index];
      if (cell === undefined || cell === '') continue;
      if (cell === nullMarker) give(given, target, null);
      else failures.check(() => give(given, target, readCell(target.kind, cell, target.path)));
    }
    failures.throwAny();
    closeGaps(given, listNames);
    return given;
  };
}

function columnsOf(names: readonly string[], { mapping = {}, definitions }: ColumnOptions): Column[] {
  const found = names.map((name) => {
    const path = Object.hasOwn(mapping, name) ? mapping[name] : name;
    return path === null ? null : targetOf(path ?? '', definitions);
  });
  // Where no column is known, the file has no header, and what stands in its place is nobody's business.
  const hasHeader = found.some((target) => target);
  const failures = new Failures();
  for (const [n, target] of found.entries()) {
    if (target !== undefined) continue;
    const name = hasHeader ? tellableName(names[n] ?? '') : undefined;
    failures.add(new OnfileError('errormessage.validation.unknown.field', { reference: name ?? `columns[${n}]` }));
  }
  failures.throwAny();
  const columns = found.flatMap((target, index) => (target ? [{ index, target }] : []));
  refuseRepeated(columns);
  // What is a whole comes before its parts, which are put on it.
  return columns.toSorted((one, another) => depthOf(one) - depthOf(another));
}

const depthOf = ({ target }: Column): number => ('at' in target ? target.at.length : 1);

const listNameOf = (target: FieldTarget): string[] =>
  'at' in target && typeof target.at[1] === 'number' ? [target.at[0]] : [];

function refuseRepeated(columns: readonly Column[]): void {
  const seen = new Set<string>();
  for (const { target } of columns) {
    const field = 'at' in target ? target.path : `${target.customFieldId} ${target.valueKind}`;
    if (seen.has(field)) throw new OnfileError('errormessage.validation.duplicate', { reference: target.path });
    seen.add(field);
  }
}

function refuseUnknownMapping(names: readonly string[], mapping: ColumnOptions['mapping'] = {}): void {
  // A set, because either can have a hundred thousand of them.
  const known = new Set(names);
  const missing = Object.keys(mapping).find((name) => !known.has(name));
  if (missing === undefined) return;
  const name = tellableName(missing);
  throw new OnfileError('errormessage.validation.unknown.field', {
    reference: name === undefined ? 'mapping' : `mapping.${name}`,
  });
}

const wrongCount = (expected: number) =>
  new OnfileError('errormessage.validation.length', { args: [integerArgument(expected), integerArgument(expected)] });
