import { type Static, Type } from 'typebox';
import { oneOf } from './schema.ts';

const argumentTypes = [
  'TIMESTAMP',
  'BOOLEAN',
  'DATE',
  'MONTH_DAY',
  'TIME',
  'TERM',
  'TERM_LIST',
  'INTEGER',
  'DECIMAL',
  'STRING',
  'MONEY',
  'LIMITABLE_CONFIG_PROPERTY',
  'I18N_KEY',
  'I18N_KEY_LIST',
  'PERMISSION_LIST',
  'ENUM',
  'AVAILABILITY_LIST',
] as const;

/** The one body of every failure, on every dialect. */
export const ErrorBody = Type.Object(
  {
    errorMessage: Type.String({ description: 'What happened and what to do next, in the language of the request' }),
    errorCode: Type.Optional(
      Type.String({ description: 'Stable name of the failure; decide by this, not by the text' }),
    ),
    traceId: Type.Optional(Type.String({ description: 'Decimal id of the request; quote it when asking for help' })),
    reference: Type.Optional(Type.String({ description: 'Path of the offending field, such as `parent.child`' })),
    args: Type.Optional(
      Type.Array(Type.String(), { description: 'The values in the text, formatted for the language' }),
    ),
    typedArgs: Type.Optional(
      Type.Array(
        Type.Object({
          value: Type.Optional(Type.Object({}, { additionalProperties: true })),
          type: Type.Optional(oneOf(argumentTypes)),
        }),
        { description: 'The same values with their types' },
      ),
    ),
  },
  { $id: 'ErrorBody', description: 'A failure' },
);

export type ErrorBody = Static<typeof ErrorBody>;
