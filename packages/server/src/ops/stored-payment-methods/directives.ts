import type { Context } from '../../context.ts';
import type { Scope } from '../../contract/scopes.ts';
import { OnfileError } from '../../errors.ts';
import { requireScope } from '../operation.ts';

const directives = ['dry-run', 'allow-token-removal', 'skip-events', 'override-lock'] as const;
export type Directive = (typeof directives)[number];

/** What not everybody who may write may demand. */
const scopesOf: Partial<Record<Directive, Scope>> = {
  'skip-events': 'EVENT_SKIP',
  'override-lock': 'STORED_PAYMENT_METHOD_UNLOCK',
};

/** Reads `sys_directive`: one or more directives, separated by commas or spaces. Throws 400 for one that is not known. */
function readDirectives(text: string | undefined): ReadonlySet<Directive> {
  const words = (text ?? '').split(/[\s,]+/).filter((word) => word !== '');
  return new Set(
    words.map((word) => {
      const directive = directives.find((known) => known === word);
      if (directive) return directive;
      throw new OnfileError('errormessage.record.directive.unknown', { reference: 'sys_directive' });
    }),
  );
}

/** The directives that the caller gives. Throws 400 for one that is not known, 403 for one that the caller may not give. */
export function givenDirectives(ctx: Pick<Context, 'caller'>, text: string | undefined): ReadonlySet<Directive> {
  const given = readDirectives(text);
  for (const directive of given) {
    const scope = scopesOf[directive];
    if (scope) requireScope(ctx, scope);
  }
  return given;
}
