import { OnfileError } from '../../errors.ts';

export const directives = ['dry-run', 'allow-token-removal', 'skip-events'] as const;
export type Directive = (typeof directives)[number];

/** Reads `sys_directive`: one or more directives, separated by commas or spaces. */
export function readDirectives(text: string | undefined): ReadonlySet<Directive> {
  const words = (text ?? '').split(/[\s,]+/).filter((word) => word !== '');
  return new Set(
    words.map((word) => {
      const directive = directives.find((known) => known === word);
      if (directive) return directive;
      throw new OnfileError('errormessage.record.directive.unknown', { reference: 'sys_directive' });
    }),
  );
}
