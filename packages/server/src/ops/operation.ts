import type { Context } from '../context.ts';
import type { Scope } from '../contract/scopes.ts';
import { OnfileError, permissionsArgument } from '../errors.ts';
import { UnknownKey } from '../keys/unknown-key.ts';
import { sqlState } from '../store/database.ts';
import { KeyDestroyed } from './customer-data-key.ts';

/** One verb of the domain. Routes, jobs and commands translate to it and back; nothing else happens outside it. */
export type Operation<Input, Result> = {
  /** The scope that the caller needs; a route checks it before it reads the body. */
  scope: Scope | null;
  (ctx: Context, input: Input): Promise<Result>;
};

const foreignKeyViolation = '23503';

/** What a change refers to is checked before; when it is gone all the same, such as an erased customer, it lost a race. */
function refuseLostReference(error: unknown): never {
  if (sqlState(error) !== foreignKeyViolation) throw error;
  throw new OnfileError('errormessage.concurrent.modification', { cause: error });
}

/** Puts the scope check before the operation, where no caller can forget it. */
export function operation<Input, Result>(
  scope: Scope | null,
  run: (ctx: Context, input: Input) => Promise<Result>,
): Operation<Input, Result> {
  const guarded = async (ctx: Context, input: Input): Promise<Result> => {
    if (scope) requireScope(ctx, scope);
    try {
      return await run(ctx, input);
    } catch (error) {
      if (!(error instanceof UnknownKey || error instanceof KeyDestroyed)) refuseLostReference(error);
      // What is sealed is opened before anything is written; asking for the keys reads them again.
      return run({ ...ctx, keys: await ctx.keysOf(ctx.tenant.tenantId) }, input).catch(refuseLostReference);
    }
  };
  return Object.assign(guarded, { scope });
}

/** Throws 403 naming the scope when the caller does not have it. */
export function requireScope(ctx: Pick<Context, 'caller'>, scope: Scope): void {
  if (!ctx.caller.scopes.has(scope)) {
    throw new OnfileError('errormessage.permission.denied', { args: [permissionsArgument([scope])] });
  }
}
