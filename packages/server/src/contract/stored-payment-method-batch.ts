import { type Static, Type } from 'typebox';
import { filled, oneOf } from './schema.ts';
import { StoredPaymentMethod } from './stored-payment-method.ts';

const BatchOperation = Type.Object(
  {
    method: oneOf(['POST', 'PUT', 'PATCH', 'DELETE']),
    id: Type.Optional(filled(200, { description: 'The record’s id; not with POST' })),
    body: Type.Optional(Type.Unknown({ description: 'What the same request by itself has as its body' })),
  },
  { additionalProperties: false },
);
export type BatchOperation = Static<typeof BatchOperation>;

/** Operations of the Records API in one request. */
export const StoredPaymentMethodBatch = Type.Object(
  { operations: Type.Array(BatchOperation, { minItems: 1, maxItems: 100 }) },
  { additionalProperties: false },
);
export type StoredPaymentMethodBatch = Static<typeof StoredPaymentMethodBatch>;

const BatchResult = Type.Object({
  status: Type.Integer({ description: 'What the operation by itself would be answered with' }),
  id: Type.Optional(Type.String()),
  body: Type.Optional(StoredPaymentMethod),
  error: Type.Optional(Type.Unsafe<object>({ $ref: 'ErrorBody#' })),
});

/** What became of each operation, in the order of the request. */
export const StoredPaymentMethodBatchResults = Type.Object({
  error_count: Type.Integer(),
  results: Type.Array(BatchResult),
  success_count: Type.Integer(),
});
