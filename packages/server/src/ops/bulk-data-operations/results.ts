import type { Context } from '../../context.ts';
import { errorKept, type KeptError, keptError } from '../../contract/kept-error.ts';
import { seal } from '../../crypto/envelope.ts';
import type { ErrorCode } from '../../error-codes.ts';
import type { OnfileError } from '../../errors.ts';
import type { OperationResult } from '../../store/bulk-data-operation-results.ts';
import type { Verdict } from './verdict.ts';

/** A record that an operation could not touch, the version that it kept, and why. */
export type RecordConflict = { id: string; sys_version: number; error: OnfileError };

type SealedError = Omit<KeptError, 'code'>;

/** Binds what was wrong with a record to the operation that told it. */
export const resultErrorBinding = (tenantId: string, operationId: string, recordId: string) =>
  [tenantId, 'bulk_data_operation_results', `${operationId} ${recordId}`, 'error', 1] as const;

/** What is kept of what became of a record. */
export function resultOf(
  ctx: Pick<Context, 'tenant' | 'keys'>,
  operationId: string,
  { id, version, ...verdict }: Verdict,
): OperationResult {
  const none = { version_after: null, error_code: null, sealed_error: null };
  const common = { record_id: id, outcome: verdict.outcome, version_before: version };
  switch (verdict.outcome) {
    case 'changed':
      return { ...common, ...none, version_after: verdict.change.record.sys_version };
    case 'failed': {
      const { code, ...told } = keptError(verdict.error);
      const binding = resultErrorBinding(ctx.tenant.tenantId, operationId, id);
      const sealed = seal(JSON.stringify(told satisfies SealedError), ctx.keys.wrapping, binding);
      return { ...common, ...none, error_code: code, sealed_error: sealed };
    }
    case 'unchanged':
    case 'skipped':
      return { ...common, ...none };
  }
}

/** A conflict as it was kept; its text is made for whoever reads it. */
export function conflictOf(
  ctx: Pick<Context, 'tenant' | 'keys'>,
  operationId: string,
  { record_id: id, version_before, error_code, sealed_error }: OperationResult,
): RecordConflict {
  const code: ErrorCode = error_code ?? 'errormessage.internal';
  const binding = resultErrorBinding(ctx.tenant.tenantId, operationId, id);
  const told: SealedError = sealed_error
    ? JSON.parse(ctx.keys.open(sealed_error, binding).toString('utf8'))
    : { args: [] };
  return { id, sys_version: version_before, error: errorKept({ ...told, code }) };
}
