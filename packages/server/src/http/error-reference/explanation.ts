import type { ErrorCode } from '../../error-codes.ts';

/** What the reference says of a code, in English: when a request fails with it, and what its caller does next. */
export type Explanation = { when: string; next: string };

/** The explanations of the codes that begin so. */
export type ExplanationsOf<Prefix extends string> = Readonly<
  Record<Extract<ErrorCode, `errormessage.${Prefix}${string}`>, Explanation>
>;
