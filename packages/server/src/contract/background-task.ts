import { Type } from 'typebox';

/** What every kind of background work shows of itself, beside its state and its counts. */
export const taskFields = {
  id: Type.String(),
  created_at: Type.String({ format: 'date-time' }),
  started_at: Type.Optional(Type.String({ format: 'date-time' })),
  ended_at: Type.Optional(Type.String({ format: 'date-time', description: 'When it was done, failed or cancelled' })),
  cancel_requested_at: Type.Optional(Type.String({ format: 'date-time' })),
  ordered_by_id: Type.String({ description: 'The caller on whose account it is done' }),
  error_code: Type.Optional(Type.String({ description: 'Of the error that ended it, when it failed as a whole' })),
};
