import { billOutcomes } from './account-rules.ts';
import { type Expected, type Outcome, refusal, refused } from './outcome.ts';
import { recordOutcome, restoreOutcome } from './record-rules.ts';
import { keyContent, keyScope, type Request } from './request.ts';
import type { Json, Model } from './state.ts';

/** What may come of requests that were sent together: an answer for each, and what the API knows after all of them. */
export type Possibility = { expected: Expected[]; model: Model };

/** What may come of a request; with a key that was used before, the kept answer or the refusal of another request. */
export function outcomesOf(model: Model, request: Request): Outcome[] {
  if (request.key === undefined) return freshOutcomes(model, request);
  const scope = keyScope(request);
  const earlier = model.kept[scope];
  if (!earlier) return freshOutcomes(model, request).map((outcome) => keeping(outcome, request));
  if (earlier.content === keyContent(request)) return [{ expected: { replay: earlier.by }, model }];
  return [refused(model, [refusal(422, 'idempotency.key.reused', { reference: 'Idempotency-Key' })])];
}

function keeping({ expected, model }: Outcome, request: Request): Outcome {
  const kept = { ...model.kept, [keyScope(request)]: { content: keyContent(request), by: request.as } };
  return { expected, model: { ...model, kept } };
}

function freshOutcomes(model: Model, request: Request): Outcome[] {
  switch (request.verb) {
    case 'restore':
      return [restoreOutcome(model, request)];
    case 'bill':
      return billOutcomes(model, request);
    case 'batch':
      return [batchOutcome(model, request)];
    case 'create':
    case 'put':
    case 'patch':
    case 'delete':
      return [recordOutcome(model, request)];
  }
}

/** One operation after the other, each answered as it would be alone; one that fails stops none of the others. */
function batchOutcome(model: Model, { operations }: Extract<Request, { verb: 'batch' }>): Outcome {
  const parts: Expected[] = [];
  let state = model;
  for (const operation of operations) {
    const outcome = recordOutcome(state, operation);
    parts.push(outcome.expected);
    state = outcome.model;
  }
  const errors = parts.filter((part) => 'refused' in part).length;
  const body: Json = { error_count: errors, results: parts, success_count: parts.length - errors };
  return { expected: { status: 200, body }, model: state };
}

/** Two at once: what either order allows, or that one loses against the other where the contract lets it. */
export function possibilities(model: Model, requests: readonly Request[]): Possibility[] {
  const [first, second] = requests;
  if (!first) throw new Error('nothing was requested');
  if (!second) return outcomesOf(model, first).map((one) => ({ expected: [one.expected], model: one.model }));
  const inOrder = (one: Request, other: Request): Possibility[] =>
    outcomesOf(model, one).flatMap((before) =>
      [...outcomesOf(before.model, other), ...lossesOf(before.model, one, other)].map((after) => ({
        expected: [before.expected, after.expected],
        model: after.model,
      })),
    );
  const reversed = inOrder(second, first).map((possible) => ({
    ...possible,
    expected: possible.expected.toReversed(),
  }));
  return [...inOrder(first, second), ...reversed];
}

/** A replacement that lost its race may be sent again, with the same key too; a retry of what is still running is told so. */
function lossesOf(model: Model, winner: Request, loser: Request): Outcome[] {
  const losses: Outcome[] = [];
  if (loser.verb === 'bill') losses.push(refused(model, [refusal(409, 'concurrent.modification')]));
  if (loser.key !== undefined && keyScope(winner) === keyScope(loser)) {
    losses.push(refused(model, [refusal(409, 'idempotency.key.running')]));
  }
  return losses;
}
