import assert from 'node:assert/strict';
import { type ErrorCode, errorStatuses } from '../../../src/error-codes.ts';
import { type Operation, operationsOf } from '../openapi-operations.ts';
import type { TestServer } from '../server.ts';
import { until } from '../until.ts';
import { type BodyCheck, bodyCheck, checkArguments } from './documented-body.ts';
import { englishLeft, type Said } from './english-left.ts';
import { fewLanguageCases, type LanguageCase, languageCases } from './languages.ts';
import { type PlainAnswer, type PlainRequest, sendPlain } from './plain-request.ts';

/** A request that fails whenever it is sent. */
export type Failure = {
  /** How it fails, for whoever reads of it in the output of a test. */
  what: string;
  request: PlainRequest;
  /** The locale of the answer when the caller names none: the tenant's, once the caller is known. */
  own: string;
  /** Another server than the one that is walked, where only that one is set up to fail like this. */
  at?: TestServer;
};

/** The ways in which an operation fails with a status that the document promises. */
export type Producer = (operation: Operation) => Promise<Failure[]>;

type Logged = { status: number; errorCode: string | undefined };
/** One walk: what was sent to each server with which trace id, and what became of it. */
type Walk = { server: TestServer; check: BodyCheck; sent: Map<TestServer, Map<string, Logged>> };

/** RFC 6749, section 5.2: the token endpoint has a body of its own for most failures, and that is ASCII. */
const isOfTokens = (schema: object): boolean =>
  'properties' in schema && Object.hasOwn(schema.properties as object, 'error');

const firstTraceId = 9_000_000_000_000_000n;
let traces = 0n;

const serverOf = (walk: Walk, failure: Failure): TestServer => failure.at ?? walk.server;

async function ask(walk: Walk, failure: Failure, accepts: string | undefined) {
  traces += 1n;
  const traceId = String(firstTraceId + traces);
  const language: Record<string, string> = accepts === undefined ? {} : { 'accept-language': accepts };
  const answer = await sendPlain(serverOf(walk, failure).url, failure.request, {
    'x-datadog-trace-id': traceId,
    ...language,
  });
  return { traceId, answer };
}

/** A failure, and what the document says of it. */
type Promised = { failure: Failure; status: string; schema: object };

const saidIn = (body: Said & { errors?: Said[] }): Said[] => [body, ...(body.errors ?? [])];

function note({ sent, server }: Walk, { at = server }: Failure, traceId: string, logged: Logged): void {
  const there = sent.get(at) ?? new Map<string, Logged>();
  sent.set(at, there.set(traceId, logged));
}

function checkBody(walk: Walk, { status, schema, failure }: Promised, answer: PlainAnswer, traceId: string) {
  assert.equal(String(answer.status), status, answer.text.slice(0, 300));
  assert.match(answer.headers['content-type'] ?? '', /^application\/json/);
  assert.equal(answer.headers['x-trace-id'], traceId);
  const body = JSON.parse(answer.text);
  walk.check(schema, body);
  note(walk, failure, traceId, { status: answer.status, errorCode: body.errorCode });
  if (isOfTokens(schema)) return body;
  assert.equal(errorStatuses[body.errorCode as ErrorCode], answer.status, body.errorCode);
  assert.equal(body.traceId, traceId);
  for (const said of saidIn(body)) checkArguments(said);
  return body;
}

async function checkLanguages(walk: Walk, promised: Promised, cases: LanguageCase[]): Promise<void> {
  let inEnglish: Said[] | undefined;
  for (const { accepts, locale } of cases) {
    const { answer, traceId } = await ask(walk, promised.failure, accepts);
    const body = checkBody(walk, promised, answer, traceId);
    if (isOfTokens(promised.schema)) continue;
    assert.equal(answer.headers['content-language'], locale, `Accept-Language: ${accepts}`);
    inEnglish ??= saidIn(body);
    for (const [n, said] of saidIn(body).entries()) {
      const english: Said | undefined = inEnglish[n];
      assert.ok(english, 'another language has more errors');
      const left = englishLeft(said, english, locale);
      assert.equal(left, null, left ?? '');
    }
  }
}

function loggedBy(server: TestServer): Map<string, Logged> {
  const lines = server.log().split('\n');
  const ofRequests = lines.filter((line) => line.includes('"msg":"request"')).map((line) => JSON.parse(line));
  return new Map(ofRequests.map(({ traceId, status, errorCode }) => [traceId, { status, errorCode }]));
}

const isWhole = (sent: Map<string, Logged>, logged: Map<string, Logged>): boolean =>
  [...sent.keys()].every((traceId) => logged.has(traceId));

/** The log's one line of each request says what its answer says, under the same trace id. */
async function checkLog({ sent }: Walk): Promise<void> {
  for (const [server, there] of sent) {
    // A line is written once its answer has gone out.
    await until(() => Promise.resolve(isWhole(there, loggedBy(server))));
    const logged = loggedBy(server);
    for (const [traceId, { status, errorCode }] of there) {
      const line = logged.get(traceId);
      assert.equal(line?.status, status);
      if (errorCode !== undefined) assert.equal(line.errorCode, errorCode);
    }
  }
}

/** Produces a status at every operation that documents it, and holds each answer to the document, in every language. */
export async function walkEvery(server: TestServer, status: string, produce: Producer): Promise<void> {
  const walk: Walk = { server, check: await bodyCheck(server), sent: new Map() };
  const faults: string[] = [];
  const operations = (await operationsOf(server)).filter(({ answers }) => status in answers);
  for (const [n, operation] of operations.entries()) {
    const failures = await produce(operation);
    if (failures.length === 0) faults.push(`${operation.name}: nothing brought forth the ${status}`);
    for (const [way, failure] of failures.entries()) {
      const cases = way === 0 ? languageCases(n, failure.own) : fewLanguageCases(n, failure.own);
      try {
        const schema = operation.answers[status] ?? {};
        await checkLanguages(walk, { failure, status, schema }, cases);
      } catch (error) {
        assert.ok(error instanceof assert.AssertionError, error as Error);
        faults.push(`${operation.name}: ${failure.what}: ${error.message}`);
      }
    }
  }
  assert.deepEqual(faults, []);
  await checkLog(walk);
}
