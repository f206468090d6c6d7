import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TProperties, Type } from 'typebox';
import type { ErrorBody } from '../../src/contract/error-body.ts';
import { int64, oneOf } from '../../src/contract/schema.ts';
import { OnfileError, permissionsArgument, secondsArgument, timestampArgument } from '../../src/errors.ts';
import { createApp } from '../../src/http/app.ts';
import type { App } from '../../src/http/app-type.ts';
import { errorResponses } from '../../src/http/openapi.ts';
import { createLogger } from '../../src/log.ts';

export const mebibyte = 1_048_576;
/** Must show up in no answer and no log line. */
export const canary = '4111111111111111';
export const json = { 'content-type': 'application/json' };

const closed = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });

const thing = closed({
  paymentRequestToken: Type.String({ minLength: 1, maxLength: 200 }),
  amount: Type.Optional(Type.Number({ minimum: 0, maximum: 1000 })),
  kind: Type.Optional(oneOf(['card', 'account'])),
  choice: Type.Optional(Type.Union([Type.Literal('one'), Type.Literal('two')])),
  customerId: Type.Optional(int64()),
  day: Type.Optional(Type.String({ format: 'date' })),
  tokens: Type.Optional(Type.Array(closed({ token: Type.String() }), { uniqueItems: true, maxItems: 3 })),
  anything: Type.Optional(Type.Array(Type.Unknown())),
});

const failures: Record<string, OnfileError> = {
  used: new OnfileError('errormessage.payment.request.expired', {
    args: [timestampArgument(new Date('2026-01-02T03:04:05Z'))],
  }),
  unauthenticated: new OnfileError('errormessage.authentication.required'),
  limited: new OnfileError('errormessage.rate.limit.exceeded', {
    args: [secondsArgument(42)],
    headers: { 'retry-after': '42' },
  }),
  forbidden: new OnfileError('errormessage.permission.denied', {
    args: [permissionsArgument(['PAYMENT_WRITE', 'CUSTOMER_READ'])],
  }),
};

function registerRoutes(routes: App): void {
  routes.addHook('onRequest', (request, _reply, done) => {
    if (request.headers['x-tenant'] === 'swiss') request.tenantLocale = { locale: 'de-CH', timeZone: 'Europe/Zurich' };
    if (request.headers['x-tenant'] !== undefined) request.logCaller = { tenantId: 'acme', callerId: 'key-1' };
    done();
  });
  routes.post('/things/:thingId', { schema: { body: thing, params: closed({ thingId: int64() }) } }, (request) => ({
    ...request.body,
    thingId: request.params.thingId,
  }));
  const listing = {
    querystring: closed({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      all: Type.Optional(Type.Boolean()),
    }),
    response: {
      200: closed({ limit: Type.Optional(Type.Integer()), all: Type.Optional(Type.Boolean()) }),
      ...errorResponses(400, 500),
    },
  };
  routes.get('/things', { schema: listing }, (request) => request.query);
  routes.get('/plain/:name', { schema: { params: closed({ name: Type.String() }) } }, (request) => request.params);
  routes.post(
    '/form',
    { schema: { body: closed({ grant_type: Type.String() }) }, config: { takesForm: true } },
    (request) => request.body,
  );
  routes.post('/small', { schema: { body: thing }, bodyLimit: 100 }, () => ({}));
  routes.get('/fail/:how', { schema: { params: closed({ how: Type.String() }) } }, (request) => {
    throw failures[request.params.how] ?? new Error(`secret ${canary}\n    at (${canary})`);
  });
}

export type Answer = { status: number; headers: Headers; body: ErrorBody };

export type Shell = {
  app: App;
  base: string;
  port: number;
  /** What was logged, a line each. */
  lines: string[];
  readiness: { isReady: boolean };
  /** The paths of the requests that were served, or about to be. */
  reached: string[];
  send(method: string, path: string, init?: RequestInit): Promise<Answer>;
  /** Posts text and bytes as they are, anything else as JSON. */
  post(body: unknown, path?: string): Promise<Answer>;
  /** Sends bytes as they are on a connection of their own; all that comes back until it closes. */
  raw(text: string | Uint8Array): Promise<string>;
};

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = text === '' ? { errorMessage: '' } : JSON.parse(text);
  return { status: response.status, headers: response.headers, body };
}

function exchange(port: number, text: string | Uint8Array): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port, '127.0.0.1', () => socket.write(text));
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('utf8');
  });
  socket.on('end', () => resolve(answer)).on('error', reject);
  return promise;
}

/** The HTTP shell with a few routes that hold nothing, listening on a free port. */
export async function startShell(): Promise<Shell> {
  const lines: string[] = [];
  const readiness = { isReady: true };
  const reached: string[] = [];
  const app = await createApp({
    logger: createLogger('info', { write: (line) => lines.push(line) }),
    ready: async () => readiness.isReady,
    requestTimeout: 1500,
    register: (routes) => {
      routes.addHook('onRequest', (request, _reply, done) => {
        reached.push(request.url);
        done();
      });
      registerRoutes(routes);
    },
  });
  const base = await app.listen({ host: '127.0.0.1', port: 0 });
  const port = Number(new URL(base).port);
  const send = async (method: string, path: string, init: RequestInit = {}) =>
    toAnswer(await fetch(base + path, { method, ...init }));
  const post = (body: unknown, path = '/things/1') =>
    send('POST', path, {
      headers: json,
      body: body instanceof Uint8Array ? new Uint8Array(body) : typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { app, base, port, lines, readiness, reached, send, post, raw: (text) => exchange(port, text) };
}

/** The one error body, whole and translated. */
export function assertError(answer: Answer, status: number, code: string, reference?: string): void {
  assert.equal(answer.body.errorCode, `errormessage.${code}`);
  assert.equal(answer.status, status);
  assert.equal(answer.body.reference, reference);
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.match(answer.body.traceId ?? '', /^[1-9]\d{0,19}$/);
  assert.ok(answer.body.errorMessage.length > 10);
  assert.doesNotMatch(answer.body.errorMessage, /[{}]|undefined|–/);
  assert.ok(answer.headers.get('content-language'));
}
