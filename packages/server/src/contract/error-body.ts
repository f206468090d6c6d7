import { type Static, Type } from 'typebox';
import { argumentTypes, argumentValues } from './error-argument.ts';
import { mostFailures } from './failures.ts';
import { oneOf } from './schema.ts';

/** The typed arguments one by one, for the OpenAPI document. */
export const argumentShapes: readonly object[] = argumentTypes.map((type) =>
  Type.Object({ type: Type.Literal(type), value: argumentValues[type] }),
);

const told = {
  errorMessage: Type.String({ description: 'What happened and what to do next, in the language of the request' }),
  errorCode: Type.Optional(Type.String({ description: 'Stable name of the failure; decide by this, not by the text' })),
  reference: Type.Optional(Type.String({ description: 'Path of the offending field, such as `parent.child`' })),
  args: Type.Optional(Type.Array(Type.String(), { description: 'The values in the text, formatted for the language' })),
  typedArgs: Type.Optional(
    Type.Array(
      Type.Object({
        value: Type.Optional(Type.Object({}, { additionalProperties: true })),
        type: Type.Optional(oneOf(argumentTypes)),
      }),
      { description: 'The same values with their types' },
    ),
  ),
};

/** The one body of every failure, on every dialect. */
export const ErrorBody = Type.Object(
  {
    ...told,
    traceId: Type.Optional(Type.String({ description: 'Decimal id of the request; quote it when asking for help' })),
    errors: Type.Optional(
      Type.Array(Type.Object(told), {
        maxItems: mostFailures - 1,
        description:
          'What else is wrong with the request, in the order of its fields; the first failure is the one above. Absent ' +
          'when there is nothing else',
      }),
    ),
  },
  { $id: 'ErrorBody', description: 'A failure' },
);

export type ErrorBody = Static<typeof ErrorBody>;
