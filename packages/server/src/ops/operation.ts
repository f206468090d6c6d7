import type { Context } from '../context.ts';
import type { Scope } from '../contract/scopes.ts';
import { OnfileError, permissionsArgument } from '../errors.ts';

/** One verb of the domain. Routes, jobs and commands translate to it and back; nothing else happens outside it. */
export type Operation<Input, Result> = {
  /** The scope that the caller needs; a route checks it before it reads the body. */
  scope: Scope | null;
  (ctx: Context, input: Input): Promise<Result>;
};

/** Puts the scope check before the operation, where no caller can forget it. */
export function operation<Input, Result>(
  scope: Scope | null,
  run: (ctx: Context, input: Input) => Promise<Result>,
): Operation<Input, Result> {
  const guarded = async (ctx: Context, input: Input): Promise<Result> => {
    if (scope) requireScope(ctx, scope);
    return run(ctx, input);
  };
  return Object.assign(guarded, { scope });
}

/** Throws 403 naming the scope when the caller does not have it. */
export function requireScope(ctx: Pick<Context, 'caller'>, scope: Scope): void {
  if (!ctx.caller.scopes.has(scope)) {
    throw new OnfileError('errormessage.permission.denied', { args: [permissionsArgument([scope])] });
  }
}
