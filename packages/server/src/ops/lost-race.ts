import { OnfileError } from '../errors.ts';

/**
 * Runs a change again from its reading on when another one got ahead of it. A caller that named the version it knows
 * is refused by that precondition on the second try; one that named none wants the last word. Throws 409 in the end.
 */
export async function retryLostRace<Result>(attempt: () => Promise<Result | 'lost'>, tries = 5): Promise<Result> {
  for (let attempts = 0; attempts < tries; attempts++) {
    const outcome = await attempt();
    if (outcome !== 'lost') return outcome;
  }
  throw new OnfileError('errormessage.concurrent.modification');
}
