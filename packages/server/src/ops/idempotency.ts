import { randomUUID } from 'node:crypto';
import type { Context, KeptAnswer, KeyedRequest } from '../context.ts';
import { open, seal } from '../crypto/envelope.ts';
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
 * method and path. Throws 400 for a malformed key, 422 for another request, 409 while the first is running.
 */
export async function beginAttempt(ctx: Caller, request: KeyedRequest): Promise<Attempt | WireAnswer> {
  if (!/^[\x21-\x7e]{1,255}$/.test(request.key)) {
    throw new OnfileError('errormessage.validation.idempotency.key', { reference: 'Idempotency-Key' });
  }
  const { key } = ctx.keys.idempotency;
  const { caller, tenant } = ctx;
  const attempt: Attempt = {
    scopeHash: keyedHash(key, caller.kind, caller.id, request.method, request.path, request.key),
    requestHash: keyedHash(key, request.content),
    attemptId: randomUUID(),
  };
  const now = ctx.now();
  const outcome = await claimAttempt(ctx.db, tenant.tenantId, attempt, {
    now,
    attemptUntil: new Date(now.getTime() + attemptMs),
    expiresAt: new Date(now.getTime() + keptMs),
  });
  if (outcome.state === 'granted') return attempt;
  if (outcome.state === 'running') {
    throw new OnfileError('errormessage.idempotency.key.running', { headers: { 'retry-after': '1' } });
  }
  if (!sameHash(outcome.requestHash, attempt.requestHash)) {
    throw new OnfileError('errormessage.idempotency.key.reused', { reference: 'Idempotency-Key' });
  }
  return JSON.parse(
    open(outcome.sealedAnswer, ctx.keys.idempotency, bindingOf(tenant.tenantId, attempt.scopeHash)).toString('utf8'),
  );
}

const bindingOf = (tenantId: string, scopeHash: Buffer) =>
  [tenantId, 'idempotency_keys', scopeHash.toString('hex'), 'answer', 1] as const;

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
