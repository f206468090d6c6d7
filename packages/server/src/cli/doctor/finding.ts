import { asSentence, failureOf } from '../failure.ts';

/** What an examination of one part found; `unknown` where another fault stands in the way of looking. */
export type Finding = {
  check: string;
  state: 'good' | 'bad' | 'unknown';
  found: string;
  /** What to do about it. */
  mend?: string;
};

export const good = (check: string, found: string): Finding => ({ check, state: 'good', found });
export const bad = (check: string, found: string, mend: string): Finding => ({ check, state: 'bad', found, mend });
export const unknown = (check: string, found: string): Finding => ({ check, state: 'unknown', found });

/** Looks at one part: `look` answers what it found, or throws what is wrong. Our sentences say `fault; remedy`. */
export async function examine(check: string, mend: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return good(check, await look());
  } catch (error) {
    const { errorMessage } = failureOf(error);
    const [fault = '', ...remedies] = errorMessage.split('; ');
    return bad(check, asSentence(fault), remedies.length > 0 ? asSentence(remedies.join('; ')) : mend);
  }
}
