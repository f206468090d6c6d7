import { type Static, Type } from 'typebox';
import { int64, oneOf } from './schema.ts';

/**
 * What became of a contact that was erased. From `erased_at` on nobody can read its data; until it is `finished`, others
 * are still being told: gateways, the storage of files, the register.
 */
export const Erasure = Type.Object({
  contact_id: Type.String({ description: 'Of the contact that was erased; free for another one' }),
  customer_id: int64({ description: 'The id of the same contact in the Customer API; never used again' }),
  state: oneOf(['erased', 'finished'], {
    description:
      '`erased`: nobody can read its data any more, while gateways still retire tokens or files are destroyed; ' +
      '`finished`: that is done, or was given up after a day for the tokens that are left',
  }),
  stored_payment_methods: Type.Integer({ description: 'How many records were erased with it' }),
  erased_at: Type.String({ format: 'date-time' }),
  finished_at: Type.Optional(Type.String({ format: 'date-time' })),
  gateway_tokens_left: Type.Optional(
    Type.Integer({
      description: 'Tokens that their gateways did not delete within a day; absent while they are tried',
    }),
  ),
});
export type Erasure = Static<typeof Erasure>;
