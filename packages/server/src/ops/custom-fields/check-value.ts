import type {
  CustomFieldConstraints,
  CustomFieldDefinition,
  CustomFieldType,
  TableColumn,
} from '../../contract/custom-field.ts';
import { Failures } from '../../contract/failures.ts';
import { fieldPath, itemPath } from '../../contract/field-path.ts';
import { OnfileError } from '../../errors.ts';
import { checkCount, checkNumber, checkText, notAllowed, wrongType } from './check-scalar.ts';
import { newPatternBudget, type PatternBudget } from './pattern.ts';
import type { CustomFieldValues } from './terms.ts';

export type CustomFieldValue = CustomFieldValues[number];

/** Where a value of each type stands (reference: records-api). */
export const kindOf = {
  boolean: 'boolean_value',
  file: 'file_url_value',
  list: 'list_value',
  numeric: 'numeric_value',
  string: 'string_value',
  table: 'table_value',
} as const satisfies Record<CustomFieldType, keyof CustomFieldValue>;

/** As many as the contract of the records takes, those that are calculated among them. */
export const mostValues = 500;

const mostItems = 1000;
const ownFile = /^urn:onfile:file:[\w-]{1,200}$/;

type Rules = Pick<CustomFieldDefinition, 'type' | 'constraints'>;

/**
 * Throws 400 unless a value is what its field's definition asks for, naming the parts at fault below `path`. A file's
 * type and size are the business of its upload.
 */
export function checkValue(
  { type, constraints = {} }: Rules,
  value: CustomFieldValue,
  path: string,
  budget: PatternBudget = newPatternBudget(),
): void {
  const kind = kindOf[type];
  const given = value[kind];
  if (given === undefined) {
    const other = Object.values(kindOf).find((one) => value[one] !== undefined);
    throw other ? notAllowed([kind], fieldPath(path, other)) : required(fieldPath(path, kind));
  }
  const reference = fieldPath(path, kind);
  switch (type) {
    case 'boolean':
      return;
    case 'file':
      return checkFile(given, reference);
    case 'list':
      return checkList(given, constraints, reference, budget);
    case 'numeric':
      return checkNumber(given, constraints, reference);
    case 'string':
      return checkText(given, constraints, reference, budget);
    case 'table':
      return checkTable(given, constraints, reference, budget);
  }
}

const required = (reference: string) => new OnfileError('errormessage.validation.required', { reference });

function checkFile(given: unknown, reference: string): void {
  const isFile = typeof given === 'string' && (ownFile.test(given) || URL.parse(given)?.protocol === 'https:');
  if (!isFile) throw new OnfileError('errormessage.validation.value', { reference });
}

function itemsOf(given: unknown, { min_items, max_items }: CustomFieldConstraints, reference: string): unknown[] {
  if (!Array.isArray(given)) throw wrongType('array', reference);
  checkCount(given.length, min_items ?? 0, max_items ?? mostItems, reference);
  return given;
}

/** Items are texts by the rules of texts, where there are any; else texts, numbers, and true or false. */
function checkList(given: unknown, rules: CustomFieldConstraints, reference: string, budget: PatternBudget): void {
  const { min_length, max_length, pattern, options } = rules;
  const areTexts = (min_length ?? max_length ?? pattern ?? options) !== undefined;
  const failures = new Failures();
  for (const [n, item] of itemsOf(given, rules, reference).entries()) {
    const isOther = typeof item === 'number' || typeof item === 'boolean';
    if (areTexts || !isOther) failures.check(() => checkText(item, rules, itemPath(reference, n), budget));
    if (failures.isFull) break;
  }
  failures.throwAny();
}

function checkTable(given: unknown, rules: CustomFieldConstraints, reference: string, budget: PatternBudget): void {
  const columns = new Map((rules.columns ?? []).map((column) => [column.id, column]));
  const failures = new Failures();
  for (const [n, row] of itemsOf(given, rules, reference).entries()) {
    checkRow(columns, row, itemPath(reference, n), { budget, failures });
    if (failures.isFull) break;
  }
  failures.throwAny();
}

function checkRow(
  columns: ReadonlyMap<string, TableColumn>,
  row: unknown,
  path: string,
  { budget, failures }: { budget: PatternBudget; failures: Failures },
): void {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return failures.add(wrongType('object', path));
  for (const [name, cell] of Object.entries(row)) {
    const column = columns.get(name);
    const place = fieldPath(path, name);
    if (column) failures.check(() => checkCell(column, cell, place, budget));
    else failures.add(new OnfileError('errormessage.validation.unknown.field', { reference: place }));
    if (failures.isFull) return;
  }
  for (const { id, is_required } of columns.values()) {
    if (is_required && !Object.hasOwn(row, id)) failures.add(required(fieldPath(path, id)));
  }
}

function checkCell(column: TableColumn, cell: unknown, reference: string, budget: PatternBudget): void {
  switch (column.type) {
    case 'boolean':
      if (typeof cell !== 'boolean') throw wrongType('boolean', reference);
      return;
    case 'numeric':
      return checkNumber(cell, column, reference);
    case 'string':
      return checkText(cell, column, reference, budget);
  }
}
