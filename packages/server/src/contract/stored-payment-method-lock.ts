import { type Static, Type } from 'typebox';
import { filled, requestOf } from './schema.ts';

/** Who locked a record, why and since when. */
export type RecordLock = {
  /** The id of the caller that locked it. */
  owner: string;
  reason?: string;
  /** ISO 8601. */
  since: string;
};

export const RecordLocking = requestOf(
  Type.Object({ reason: filled(500, { pattern: '\\S', description: 'Told to whoever tries to change the record' }) }),
);
export type RecordLocking = Static<typeof RecordLocking>;

/** Whether a record is locked now; if so by whom, why and since when. */
export const RecordLockState = Type.Object({
  locked: Type.Boolean(),
  owner: Type.Optional(Type.String({ description: 'The id of the caller that locked it' })),
  reason: Type.Optional(
    Type.String({ description: 'Absent when it was locked by `sys_locked`, and for clients of one contact' }),
  ),
  since: Type.Optional(Type.String({ format: 'date-time' })),
  sys_version: Type.Integer({ description: 'The version of the record that this was read of' }),
});
export type RecordLockState = Static<typeof RecordLockState>;
