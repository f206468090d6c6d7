import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Operation } from './openapi-operations.ts';
import { type Caller, callerFor, credentialsFor, samplesOf, urlOf } from './sample-requests.ts';
import type { Sample } from './samples/sample.ts';
import type { TestServer, TestTenant } from './server.ts';
import { storedRows } from './stored-rows.ts';

const json = { 'content-type': 'application/json' };

/** What is sent instead of, or beside, what the sample says. */
export type Sent = { url?: string; body?: string | Buffer; headers?: Record<string, string> };
export type Refusal = { status: number; body: any };

/** One of an operation's samples, ready to be sent with something bad in it. */
export type Target = {
  operation: Operation;
  sample: Sample;
  /** Sends something bad. Whatever it is, the answer is a documented 4xx in the documented body. */
  refuses: (sent: Sent, what: string) => Promise<Refusal>;
};

async function bodyValidator(server: TestServer): Promise<(schema: object, body: unknown) => boolean> {
  const { body } = await server.call('GET', '/openapi.json');
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema(body.components.schemas.ErrorBody, '#/components/schemas/ErrorBody');
  return (schema, answer) => ajv.validate(schema, answer);
}

async function attack(
  server: TestServer,
  { operation, sample }: Pick<Target, 'operation' | 'sample'>,
  caller: Caller,
  isValid: (schema: object, body: unknown) => boolean,
  sent: Sent,
  what: string,
): Promise<Refusal> {
  const { body } = sent;
  const response = await fetch(`${server.url}${sent.url ?? urlOf(operation, sample)}`, {
    method: operation.method,
    headers: { ...credentialsFor(operation, caller), ...(body === undefined ? {} : json), ...sent.headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  });
  const text = await response.text();
  const name = `${operation.name}: ${what}: ${response.status} ${text.slice(0, 300)}`;
  assert.ok(response.status >= 400 && response.status < 500, name);
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/, name);
  const answer = JSON.parse(text);
  const schema = operation.answers[String(response.status)];
  assert.ok(schema && isValid(schema, answer), `${name} is not as documented`);
  return { status: response.status, body: answer };
}

const callers = new Map<string, Promise<Caller>>();

/** What is refused changes nothing, so that one caller serves for all that is tried on an operation. */
function lastingCaller(server: TestServer, tenant: TestTenant, operation: Operation): Promise<Caller> {
  const caller = callers.get(operation.name) ?? callerFor(server, tenant, operation);
  callers.set(operation.name, caller);
  return caller;
}

/** Attacks each sample of the operations, and holds that nothing of all that was sent is stored. */
export async function attackEvery(
  server: TestServer,
  tenant: TestTenant,
  operations: readonly Operation[],
  attacks: (target: Target) => Promise<void>,
): Promise<void> {
  const isValid = await bodyValidator(server);
  for (const operation of operations) await lastingCaller(server, tenant, operation);
  const stored = await storedRows(server);
  for (const operation of operations) {
    const caller = await lastingCaller(server, tenant, operation);
    for (const sampleOf of samplesOf(operation)) {
      const sample = sampleOf(caller.ids, caller.tenant);
      const refuses: Target['refuses'] = (sent, what) =>
        attack(server, { operation, sample }, caller, isValid, sent, what);
      await attacks({ operation, sample, refuses });
    }
  }
  assert.deepEqual(await storedRows(server), stored);
}
