import type { Context } from '../../context.ts';
import type { FileRow } from '../../store/files.ts';
import type { Trail } from '../../store/trail.ts';
import { type Action, trailOf } from '../trail.ts';

type FileAction = Extract<Action, `file.${string}`>;

/**
 * The audit entry of what was done with a file. The details are sealed under the tenant's own key, which outlives the
 * customer's: they leave out the name, which may be somebody's.
 */
export const fileTrail = (
  ctx: Pick<Context, 'tenant' | 'keys' | 'caller' | 'traceId' | 'sourceAddress'>,
  file: Pick<FileRow, 'file_id'>,
  { action, at, details }: { action: FileAction; at: Date; details: object },
): Trail =>
  trailOf(ctx, {
    action,
    at,
    subject: { kind: 'file', id: file.file_id },
    details: { under: ctx.keys.wrapping, value: { ...details, file_name: undefined } },
  });
