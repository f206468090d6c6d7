import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import type { ErrorCode } from '../error-codes.ts';
import { abandonAttempt, beginAttempt, keepAnswerAlone, sealAnswer, type WireAnswer } from '../ops/idempotency.ts';
import type { Attempt } from '../store/idempotency.ts';
import type { Answer } from './endpoint.ts';
import { errorAnswer } from './error-answer.ts';
import { toOnfileError } from './error-map.ts';

const answered = (outcome: Attempt | WireAnswer): outcome is WireAnswer => 'status' in outcome;

/** What makes a request the same one again; the verification code is left out even of a keyed hash. */
function contentOf(request: FastifyRequest): string {
  const body = JSON.stringify(request.body ?? null, (name: string, value: unknown) =>
    name === 'securityCode' ? undefined : value,
  );
  return JSON.stringify([request.query, request.headers['if-match'] ?? null, body]);
}

/**
 * Runs a request that carries an Idempotency-Key at most once: the answer is kept with the change, and a retry gets the
 * first answer again. Failures that changed nothing are kept too, except those that are worth a retry: 401, 429, 5xx, a
 * lost race and a payment request that another call is at work on.
 */
export async function answerOnce<Result>(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  key: string,
  run: (ctx: Context) => Promise<Result>,
  present: (result: Result) => Answer,
): Promise<FastifyReply> {
  const keyedRequest = {
    key,
    method: request.method,
    path: new URL(request.url, 'http://path').pathname,
    content: contentOf(request),
  };
  const outcome = await beginAttempt(ctx, keyedRequest);
  if (answered(outcome)) return sendWire(reply.header('idempotency-replayed', 'true'), outcome);

  let kept = false;
  const keyed: Context = {
    ...ctx,
    keyedRequest,
    keepAnswer: (result) => {
      kept = true;
      return sealAnswer(ctx, outcome, toWire(present(result as Result)));
    },
  };
  try {
    const answer = toWire(present(await run(keyed)));
    if (!kept) await keepAnswerAlone(ctx, outcome, answer);
    return sendWire(reply, answer);
  } catch (error) {
    await settleFailure(ctx, request, outcome, error);
    throw error;
  }
}

const toWire = (answer: Answer): WireAnswer => ({
  status: answer.status ?? 200,
  headers: answer.headers ?? {},
  body: JSON.stringify(answer.body),
});

const sendWire = (reply: FastifyReply, answer: WireAnswer): FastifyReply =>
  reply
    .code(answer.status)
    .headers({ 'content-type': 'application/json; charset=utf-8', ...answer.headers })
    .send(answer.body);

/** Nothing is wrong with the request but its moment: its repetition is what the failure asks for. */
const overInAMoment: ReadonlySet<ErrorCode> = new Set([
  'errormessage.concurrent.modification',
  'errormessage.payment.request.busy',
]);

async function settleFailure(ctx: Context, request: FastifyRequest, attempt: Attempt, thrown: unknown): Promise<void> {
  const error = toOnfileError(thrown);
  if (error.status === 401 || error.status === 429 || error.status >= 500 || overInAMoment.has(error.code)) {
    await abandonAttempt(ctx, attempt);
    return;
  }
  const answer = errorAnswer(error, {
    traceId: request.id,
    acceptLanguage: request.headers['accept-language'],
    tenantLocale: request.tenantLocale,
  });
  await keepAnswerAlone(ctx, attempt, answer);
}
