import type {
  CustomFieldConstraints,
  CustomFieldDefinition,
  CustomFieldType,
  TableColumn,
  WrittenCustomField,
} from '../../contract/custom-field.ts';
import { itemPath } from '../../contract/field-path.ts';
import { outOfRange } from '../../contract/out-of-range.ts';
import { bytesArgument, OnfileError } from '../../errors.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { checkText } from './check-scalar.ts';
import { checkValue, kindOf } from './check-value.ts';
import { isUsablePattern, newPatternBudget } from './pattern.ts';
import { mayBeFilterable } from './terms.ts';

/** Each process reads all of a tenant's definitions twice a second. */
const mostCharacters = 32_768;
/** Each item of a list that records are found by is a row of an index. */
const mostFilterableItems = 100;

type Rule = keyof CustomFieldConstraints;

const textRules: readonly Rule[] = ['min_length', 'max_length', 'pattern', 'options'];
const numberRules: readonly Rule[] = ['minimum', 'maximum', 'decimals'];
const countRules: readonly Rule[] = ['min_items', 'max_items'];

const rulesOf: Readonly<Record<CustomFieldType, readonly Rule[]>> = {
  boolean: [],
  file: ['media_types', 'max_bytes'],
  list: [...textRules, ...countRules],
  numeric: numberRules,
  string: textRules,
  table: ['columns', ...countRules],
};

const ranges = [
  ['min_length', 'max_length'],
  ['minimum', 'maximum'],
  ['min_items', 'max_items'],
] as const;

const invalid = (reference: string) => new OnfileError('errormessage.validation.value', { reference });
const required = (reference: string) => new OnfileError('errormessage.validation.required', { reference });
const notKnown = (reference: string) => new OnfileError('errormessage.validation.unknown.field', { reference });
const duplicate = (reference: string) => new OnfileError('errormessage.validation.duplicate', { reference });

const fieldId = /^[a-z\d:_-]{1,300}__c$/;

/** The id that a body gives a field (reference: records-api). Throws 400 for none, or one that values cannot name. */
export function readFieldId({ id }: WrittenCustomField): string {
  if (id === undefined) throw required('id');
  if (!fieldId.test(id)) throw invalid('id');
  return id;
}

/**
 * The definition that a body says, as it is kept. Throws 400 naming the first part that breaks a rule that the schema
 * does not hold: a constraint of another type, one that no value could pass, a default that the constraints refuse.
 */
export function readDefinition(body: WrittenCustomField, isActive: boolean): CustomFieldDefinition {
  const { id: _, sys_created_at: __, sys_last_modified_at: ___, sys_version: ____, ...said } = body;
  refuseCardNumbers(body);
  const definition: CustomFieldDefinition = {
    ...said,
    is_active: said.is_active ?? isActive,
    is_filterable: said.is_filterable ?? false,
    is_required: said.is_required ?? false,
  };
  if (JSON.stringify(definition).length > mostCharacters) {
    throw new OnfileError('errormessage.body.too.large', { args: [bytesArgument(mostCharacters)] });
  }
  checkConstraints(definition.type, definition.constraints ?? {});
  if (definition.calculation !== undefined) checkCalculated(definition);
  if (definition.is_filterable) checkFilterable(definition);
  checkDefault(definition);
  return definition;
}

function checkConstraints(type: CustomFieldType, constraints: CustomFieldConstraints): void {
  for (const rule of Object.keys(constraints)) {
    if (!rulesOf[type].some((known) => known === rule)) throw notKnown(`constraints.${rule}`);
  }
  checkRules(constraints, 'constraints');
  if (type === 'table') checkColumns(constraints.columns);
}

/** The rules of a value, or of a cell of a table. A least above the greatest leaves no value, nor does a pattern that is none. */
function checkRules(rules: Omit<CustomFieldConstraints, 'columns'>, path: string): void {
  for (const [least, greatest] of ranges) {
    const [from, to] = [rules[least], rules[greatest]];
    if (from !== undefined && to !== undefined && from > to) throw outOfRange({ least: from }, `${path}.${greatest}`);
  }
  const { pattern, options } = rules;
  if (pattern !== undefined && !isUsablePattern(pattern)) throw invalid(`${path}.pattern`);
  for (const [n, option] of (options ?? []).entries()) {
    const place = itemPath(`${path}.options`, n);
    if (options?.indexOf(option) !== n) throw duplicate(place);
    checkText(option, rules, place, newPatternBudget());
  }
}

function checkColumns(columns: readonly TableColumn[] | undefined): void {
  if (!columns) throw required('constraints.columns');
  for (const [n, column] of columns.entries()) {
    const path = itemPath('constraints.columns', n);
    const { id, name: _, type, is_required: __, ...rules } = column;
    if (columns.findIndex((other) => other.id === id) !== n) throw duplicate(`${path}.id`);
    for (const rule of Object.keys(rules)) {
      if (!rulesOf[type].some((known) => known === rule)) throw notKnown(`${path}.${rule}`);
    }
    checkRules(rules, path);
  }
}

/** Nobody gives what is calculated. */
function checkCalculated({ type, is_required, default_value }: CustomFieldDefinition): void {
  if (type === 'file' || type === 'table') throw invalid('calculation');
  if (is_required) throw invalid('is_required');
  if (default_value) throw invalid('default_value');
}

function checkFilterable({ type, constraints }: CustomFieldDefinition): void {
  if (!mayBeFilterable(type)) throw invalid('is_filterable');
  if (type !== 'list') return;
  const most = constraints?.max_items;
  if (most === undefined) throw required('constraints.max_items');
  if (most > mostFilterableItems) throw outOfRange({ least: 0, most: mostFilterableItems }, 'constraints.max_items');
}

function checkDefault({ type, constraints, default_value: given }: CustomFieldDefinition): void {
  if (!given) return;
  const kinds = Object.values(kindOf).filter((kind) => Object.hasOwn(given, kind));
  if (type === 'file') throw invalid('default_value');
  if (kinds.length !== 1) throw new OnfileError('errormessage.validation.exclusive', { reference: 'default_value' });
  checkValue({ type, constraints }, given, 'default_value');
}
