import { type Static, Type } from 'typebox';
import { optionalVersionFields, pageOf, versionFields } from './records-dialect.ts';
import { filled, oneOf, requestOf, text } from './schema.ts';

const customFieldTypes = ['boolean', 'file', 'list', 'numeric', 'string', 'table'] as const;
export type CustomFieldType = (typeof customFieldTypes)[number];

/** As much as the contract of the records lets a value hold. */
const longestText = 10_000;
const mostItems = 1000;

const count = (maximum: number, description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum, description }));
const options = Type.Optional(
  Type.Array(filled(300), { minItems: 1, maxItems: 1000, description: 'The only texts that it may hold' }),
);
const textRules = {
  min_length: count(longestText, 'Least number of characters'),
  max_length: count(longestText, 'Greatest number of characters'),
  pattern: Type.Optional(filled(1000, { description: 'Of the whole text, in the syntax of RE2' })),
  options,
};
const numberRules = {
  minimum: Type.Optional(Type.Number()),
  maximum: Type.Optional(Type.Number()),
  decimals: Type.Optional(Type.Integer({ minimum: 0, maximum: 15, description: 'Most digits after the point' })),
};

/** One column of a table; a row is an object with the ids of its columns as names. */
const TableColumn = Type.Object({
  id: Type.String({ pattern: '^[a-z][a-z\\d_]{0,62}$' }),
  name: filled(300),
  type: oneOf(['boolean', 'numeric', 'string']),
  is_required: Type.Optional(Type.Boolean()),
  ...textRules,
  ...numberRules,
});
export type TableColumn = Static<typeof TableColumn>;

/**
 * What a value must be like beside its type. Rules of texts are for `string`, and for each item of a `list`; rules of
 * numbers for `numeric`. Those of a table's cells stand with its columns.
 */
const Constraints = Type.Object({
  ...textRules,
  ...numberRules,
  min_items: count(mostItems, 'Least number of items of a list, or rows of a table'),
  max_items: count(mostItems, 'Greatest number of items of a list, or rows of a table'),
  columns: Type.Optional(Type.Array(TableColumn, { minItems: 1, maxItems: 50, description: 'Of a table' })),
  media_types: Type.Optional(
    Type.Array(Type.String({ pattern: '^[a-z]+/[a-z\\d.+-]+$' }), {
      minItems: 1,
      maxItems: 50,
      description: 'Of a file, such as `application/pdf`',
    }),
  ),
  max_bytes: count(1_000_000_000, 'Of a file'),
});
export type CustomFieldConstraints = Static<typeof Constraints>;

/** A value of one of the kinds that a default can have. */
const DefaultValue = Type.Object({
  boolean_value: Type.Optional(Type.Boolean()),
  list_value: Type.Optional(Type.Array(Type.Unknown(), { maxItems: mostItems })),
  numeric_value: Type.Optional(Type.Number()),
  string_value: Type.Optional(text(longestText)),
  table_value: Type.Optional(Type.Array(Type.Unknown(), { maxItems: mostItems })),
});

const calculation = filled(4000, {
  description:
    'An expression in CEL over the record, such as `record.billing_address.country == "CH"`: the field is then ' +
    'calculated at every write, and what callers send for it is ignored',
});

/** What is defined of a field, beside its id. */
const definitionFields = {
  name: filled(300, { description: 'What people call it' }),
  help_text: Type.Optional(text(2000)),
  type: oneOf(customFieldTypes, { description: 'Cannot change once the field exists' }),
  constraints: Type.Optional(Constraints),
  is_required: Type.Optional(
    Type.Boolean({ description: 'Whoever writes a record through the Records API has to give it; `false` at first' }),
  ),
  default_value: Type.Optional(DefaultValue),
  position: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'For lists of fields' })),
  is_active: Type.Optional(
    Type.Boolean({ description: 'A retired field takes no new values and keeps those it has; `true` at first' }),
  ),
  is_filterable: Type.Optional(
    Type.Boolean({ description: 'Records can be listed by its values; `false` at first. Not of files and tables' }),
  ),
  calculation: Type.Optional(calculation),
};

const id = filled(303, {
  description:
    'The custom_field_id of values, chosen by the caller: lower-case letters, digits, `:`, `_`, `-`, and `__c`',
});

/** The definition of a custom field, as answered. */
export const CustomField = Type.Object({ ...definitionFields, ...versionFields, id });
export type CustomField = Static<typeof CustomField>;

/** What is kept of a definition. */
export type CustomFieldDefinition = Omit<CustomField, 'id' | keyof typeof versionFields>;

/** The body that defines a field, or replaces its definition: an answer can be sent back as it is. */
export const WrittenCustomField = requestOf(
  Type.Object({ ...definitionFields, ...optionalVersionFields, id: Type.Optional(id) }),
);
export type WrittenCustomField = Static<typeof WrittenCustomField>;

export const CustomFieldPage = pageOf(CustomField);

const accept_broken_values = Type.Optional(
  Type.Boolean({ description: 'Goes on although existing values break the rules; they stay until they are changed' }),
);
export const CustomFieldWriteQuery = Type.Object({ accept_broken_values }, { additionalProperties: false });

export const CustomFieldPreviewQuery = Type.Object(
  { exclusiveStartKey: Type.Optional(Type.String({ description: 'The LastEvaluatedKey of the answer before' })) },
  { additionalProperties: false },
);

/** What a definition would break of the records' values, had it been written. */
export const CustomFieldPreview = Type.Object({
  records_seen: Type.Integer({ description: 'How many records were looked at' }),
  records_broken: Type.Integer({ description: 'How many of them are right now and would not be' }),
  broken_rules: Type.Array(
    Type.Object({
      error_code: Type.String({ description: 'Of the error that a write of the value would get' }),
      reference: Type.String({ description: 'Part of the value, such as `string_value` or `table_value.amount`' }),
      count: Type.Integer(),
      sample_ids: Type.Array(Type.String(), { description: 'Up to 20 of the records' }),
    }),
  ),
  LastEvaluatedKey: Type.Optional(
    Type.String({ description: 'There when time was up first: send it as exclusiveStartKey to look at the others' }),
  ),
});
export type CustomFieldPreview = Static<typeof CustomFieldPreview>;
