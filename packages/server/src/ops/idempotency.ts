import { randomUUID } from 'node:crypto';
import type { Context, KeptAnswer, KeyedRequest } from '../context.ts';
import { seal } from '../crypto/envelope.ts';
import { keyedHash, sameHash } from '../crypto/keyed-hash.ts';
import { OnfileError } from '../errors.ts';
import type { Transaction } from '../store/database.ts';
import { type Attempt, claimAttempt, keepAnswer, releaseAttempt } from '../store/idempotency.ts';

/** An answer as it goes over the wire, and as it is kept for a retry. */
export type WireAnswer = { status: number; headers: Record<string, string>; body: string };

const keptMs = 24 * 3_600_000;
/** A crashed attempt can be repeated after it. One that is slower than that finds the key taken and changes nothing. */
const attemptMs = 60_000;

type Caller = Pick<Context, 'tenant' | 'keys' | 'caller' | 'db' | 'now'>;

/**
 * Claims the key for one attempt, or answers what the first one was answered. A key is scoped to tenant, credential,
 * method and path. Throws 400 for a malformed key, 422 for another request, 409 while the first is running, 404 when its
 * answer was about somebody who was erased since.
 */
export async function beginAttempt(ctx: Caller, request: KeyedRequest): Promise<Attempt | WireAnswer> {
  if (!/^[\x21-\x7e]{1,255}$/.test(request.key)) {
    throw new OnfileError('errormessage.validation.idempotency.key', { reference: 'Idempotency-Key' });
  }
  const attempts = attemptsOf(ctx, request);
  const { granted, answered, isRunning } = await claimAll(ctx, attempts);
  const [attempt, ...others] = granted;
  if (attempt && !answered && !isRunning) return { ...attempt, otherScopes: others.map((other) => other.scopeHash) };
  for (const claimed of granted) await abandonAttempt(ctx, claimed);
  if (!answered) throw new OnfileError('errormessage.idempotency.key.running', { headers: { 'retry-after': '1' } });
  const { scopeHash, requestHash, kept } = answered;
  if (!sameHash(kept.requestHash, requestHash)) {
    throw new OnfileError('errormessage.idempotency.key.reused', { reference: 'Idempotency-Key' });
  }
  const answer = openKeptAnswer(ctx, scopeHash, kept.sealedAnswer);
  if (answer.status === forgotten.status) throw new OnfileError('errormessage.contact.not.found');
  return answer;
}

/** The request under each of the tenant's idempotency keys: after a rotation an answer may be kept under an earlier one. */
function attemptsOf({ keys, caller }: Caller, request: KeyedRequest): Attempt[] {
  const attemptId = randomUUID();
  return keys.every('idempotency').map(({ key }) => ({
    scopeHash: keyedHash(key, caller.kind, caller.id, request.method, request.path, request.key),
    requestHash: keyedHash(key, request.content),
    attemptId,
  }));
}

type Claims = {
  granted: Attempt[];
  answered: (Attempt & { kept: { requestHash: Buffer; sealedAnswer: Buffer } }) | null;
  isRunning: boolean;
};

/**
 * Claims all of them, so that two processes that go by different keys for a moment cannot both be granted. The first one
 * will keep the answer; the others only stand in the way, for as long as an attempt may take.
 */
async function claimAll(ctx: Caller, attempts: readonly Attempt[]): Promise<Claims> {
  const now = ctx.now();
  const attemptUntil = new Date(now.getTime() + attemptMs);
  const claims: Claims = { granted: [], answered: null, isRunning: false };
  for (const [n, attempt] of attempts.entries()) {
    const expiresAt = n === 0 ? new Date(now.getTime() + keptMs) : attemptUntil;
    const outcome = await claimAttempt(ctx.db, ctx.tenant.tenantId, attempt, { now, attemptUntil, expiresAt });
    if (outcome.state === 'granted') claims.granted.push(attempt);
    else if (outcome.state === 'running') claims.isRunning = true;
    else claims.answered = { ...attempt, kept: outcome };
    if (claims.answered) break;
  }
  return claims;
}

const bindingOf = (tenantId: string, scopeHash: Buffer) =>
  [tenantId, 'idempotency_keys', scopeHash.toString('hex'), 'answer', 1] as const;

/** An answer that is kept. Throws `SealBroken` when the row was changed or moved. */
export const openKeptAnswer = (
  ctx: Pick<Context, 'tenant' | 'keys'>,
  scopeHash: Buffer,
  sealedAnswer: Buffer,
): WireAnswer => JSON.parse(ctx.keys.open(sealedAnswer, bindingOf(ctx.tenant.tenantId, scopeHash)).toString('utf8'));

/** Stands for an answer about somebody who was erased since: the request was sent, and must not be done once more. */
const forgotten: WireAnswer = { status: 0, headers: {}, body: '' };

/** What takes the place of a kept answer that must be forgotten. */
export const sealForgotten = (ctx: Pick<Context, 'tenant' | 'keys'>, scopeHash: Buffer): Buffer =>
  seal(JSON.stringify(forgotten), ctx.keys.idempotency, bindingOf(ctx.tenant.tenantId, scopeHash));

/** Seals an answer for the row of its attempt. */
export const sealAnswer = (
  ctx: Pick<Context, 'tenant' | 'keys'>,
  attempt: Attempt,
  answer: WireAnswer,
): KeptAnswer => ({
  scopeHash: attempt.scopeHash,
  attemptId: attempt.attemptId,
  sealedAnswer: seal(JSON.stringify(answer), ctx.keys.idempotency, bindingOf(ctx.tenant.tenantId, attempt.scopeHash)),
});

/**
 * Keeps the answer of an operation in its own transaction, so that change and answer exist together or not at all.
 * Throws 409, and so undoes the change, when another attempt has taken the key over in the meantime.
 */
export async function keepAnswerIn(tx: Transaction, ctx: Context, result: unknown): Promise<void> {
  const answer = ctx.keepAnswer(result);
  if (answer && !(await keepAnswer(tx, answer, answer.sealedAnswer))) {
    throw new OnfileError('errormessage.idempotency.key.running');
  }
}

/** Keeps an answer that belongs to no change: a refusal, or the answer of an operation that changed nothing. */
export async function keepAnswerAlone(
  ctx: Pick<Context, 'tenant' | 'keys' | 'db'>,
  attempt: Attempt,
  answer: WireAnswer,
): Promise<void> {
  const { sealedAnswer } = sealAnswer(ctx, attempt, answer);
  await ctx.db.transaction(ctx.tenant.tenantId, (tx) => keepAnswer(tx, attempt, sealedAnswer));
}

/** Gives the key back after an attempt that failed without a change and is worth a retry. */
export const abandonAttempt = (ctx: Pick<Context, 'tenant' | 'db'>, attempt: Attempt): Promise<void> =>
  releaseAttempt(ctx.db, ctx.tenant.tenantId, attempt);

/**
 * Runs one part of a request that makes several changes. Under an Idempotency-Key the part's result is kept with its own
 * change, so that a request that was cut off can be sent again: what took effect is answered, the rest is done.
 */
export async function runPartOnce<Result>(
  ctx: Context,
  name: string,
  content: unknown,
  run: (ctx: Context) => Promise<Result>,
): Promise<Result> {
  const { keyedRequest, ...parent } = ctx;
  if (!keyedRequest) return run(ctx);
  const attempt = await beginAttempt(ctx, {
    ...keyedRequest,
    path: `${keyedRequest.path} ${name}`,
    content: JSON.stringify(content),
  });
  if ('status' in attempt) return JSON.parse(attempt.body);
  const keepResult = (result: unknown) =>
    sealAnswer(ctx, attempt, { status: 200, headers: {}, body: JSON.stringify(result) });
  try {
    return await run({ ...parent, keepAnswer: keepResult });
  } catch (error) {
    await abandonAttempt(ctx, attempt);
    throw error;
  }
}
