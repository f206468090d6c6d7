import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { Context, Services } from '../context.ts';
import { withoutNulls } from '../contract/schema.ts';
import type { OnfileError } from '../errors.ts';
import { negotiateLocale } from '../locales/negotiate.ts';
import { authenticateAccessToken } from '../ops/authentication/access-token.ts';
import { type Authenticated, authenticateApiKey } from '../ops/authentication/api-key.ts';
import { type AuthenticatedSession, authenticateSession } from '../ops/authentication/session-token.ts';
import { type Operation, requireScope } from '../ops/operation.ts';
import { answerOnce } from './answer-once.ts';
import type { App } from './app-type.ts';
import { clientGone } from './client-gone.ts';
import { type Deprecation, deprecationHeaders } from './deprecation.ts';
import { documentedFailures } from './documented-failures.ts';
import { describeEndpoint, successSchema } from './endpoint-description.ts';
import { errorBody } from './error-answer.ts';
import { headerText } from './header-text.ts';
import type { CredentialHeader } from './known-callers.ts';
import { holdToLiveMode } from './live-mode.ts';
import { type ErrorStatus, errorResponses } from './openapi.ts';
import { limitRate } from './rate-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, once the endpoint has found out. */
    authenticated: Authenticated | AuthenticatedSession | null;
  }
}

const securities = {
  'api-key': { ApiKeyAuth: [] },
  'access-token': { 'knox-authorizer': [] },
  session: { SessionToken: [] },
} as const;
type Security = keyof typeof securities;

const credentialHeaders = {
  'api-key': 'x-api-key',
  'access-token': 'authorization',
  session: 'x-user-payment-session-token',
} as const satisfies Record<Security, CredentialHeader>;

/** What the handler of an endpoint gets of a request: validated, `null` fields of the body left out unless it keeps them. */
export type EndpointRequest<Params, Query, Body> = {
  params: Params;
  query: Query;
  body: Body;
  ifMatch: string | undefined;
  /** The bytes of the body, of an endpoint that `takesStream`. */
  stream: Readable;
  headers: IncomingHttpHeaders;
  /** Fires when nobody waits for the answer any more. */
  gone: () => AbortSignal;
};

/** What an endpoint answers: the result of its operation in the words of HTTP; a stream where it `streams`. */
export type Answer = { status?: number; headers?: Record<string, string>; body: object };

type StaticOr<Schema, Otherwise> = Schema extends TSchema ? Static<Schema> : Otherwise;

export type Endpoint<Input, Result, Params, Query, Body> = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As Fastify writes it: `/v1/customers/:customerId`. */
  url: string;
  security: Security;
  operation: Operation<Input, Result>;
  summary: string;
  description?: string;
  tag: 'Customer API' | 'Records API' | 'Gateway API' | 'Management';
  params?: Params;
  query?: Query;
  body?: Body;
  /** The schema of the success and its status; `isWrittenAsIs` when an answer that is not of it must be given too. */
  success: {
    status?: 200 | 201 | 202;
    schema: TSchema;
    isWrittenAsIs?: true;
    /** The media types of a stream, when that is what is answered; `present` says which by its header. */
    streams?: readonly string[];
  };
  /** Failures beside those that every endpoint has. */
  failures?: readonly ErrorStatus[];
  /** Whether what the path names may not exist and the answer is none the less a success, such as an empty list. */
  answersUnknown?: boolean;
  takesIfMatch?: boolean;
  /** Takes bytes of any type and length, which the operation reads; then it keeps no answers for an Idempotency-Key. */
  takesStream?: boolean;
  /** Since when it should not be used any more, and what callers are told of that. */
  deprecated?: Deprecation;
  /** Whether `null` means something in the body, as in a JSON Patch. */
  keepsNulls?: boolean;
  input: (
    request: EndpointRequest<StaticOr<Params, unknown>, StaticOr<Query, unknown>, StaticOr<Body, undefined>>,
    session: AuthenticatedSession,
  ) => Input;
  /** `explain` puts an error that is part of the result in the words of the one error body. */
  present: (result: Result, params: StaticOr<Params, unknown>, explain: (error: OnfileError) => object) => Answer;
};

/**
 * Serves an operation over HTTP: authenticates, checks the scope and the rate limit before the body is read, validates,
 * answers an Idempotency-Key once, and translates the result. The OpenAPI document follows from the same definition.
 */
export function serveEndpoint<
  Input,
  Result,
  Params extends TSchema | undefined = undefined,
  Query extends TSchema | undefined = undefined,
  Body extends TSchema | undefined = undefined,
>(app: App, services: Services, endpoint: Endpoint<Input, Result, Params, Query, Body>): void {
  const { method, url, operation, params, query, body, success } = endpoint;
  const writes = method !== 'GET';

  app.route({
    method,
    url,
    schema: {
      summary: endpoint.summary,
      description: describeEndpoint(endpoint),
      tags: [endpoint.tag],
      security: [securities[endpoint.security]],
      ...(endpoint.deprecated ? { deprecated: true } : {}),
      ...(params ? { params } : {}),
      ...(query ? { querystring: query } : {}),
      ...(body ? { body } : {}),
      response: { [success.status ?? 200]: successSchema(success), ...errorResponses(...documentedFailures(endpoint)) },
    },
    config: {
      ...(endpoint.takesStream ? { takesStream: true } : {}),
      ...(success.streams ? { answers: success.streams } : {}),
    },
    ...(success.isWrittenAsIs ? { serializerCompiler: () => JSON.stringify } : {}),
    onRequest: async (request, reply) => {
      if (endpoint.deprecated) reply.headers(deprecationHeaders(endpoint.deprecated));
      const authenticated = await authenticate(services, endpoint.security, request);
      request.authenticated = authenticated;
      const { tenant, caller } = authenticated;
      request.tenantLocale = { locale: tenant.locale, timeZone: tenant.timeZone };
      request.logCaller = { tenantId: tenant.tenantId, callerId: caller.id, callerKind: caller.kind };
      request.knownBy = credentialHeaders[endpoint.security];
      holdToLiveMode(services, request, tenant);
      if (operation.scope) requireScope(authenticated, operation.scope);
      await limitRate(services, authenticated, `${method} ${url}`, reply);
    },
    handler: async (request, reply) => {
      const ctx = await contextOf(services, request);
      const inPath = request.params as StaticOr<Params, unknown>;
      const present = (result: Result) => endpoint.present(result, inPath, (error) => explain(error, request));
      const input = endpoint.input(
        {
          params: inPath,
          query: request.query as StaticOr<Query, unknown>,
          body: (endpoint.keepsNulls ? request.body : withoutNulls(request.body)) as StaticOr<Body, undefined>,
          ifMatch: request.headers['if-match'],
          stream: request.raw,
          headers: request.headers,
          gone: () => clientGone(reply),
        },
        request.authenticated as AuthenticatedSession,
      );
      const key = writes && !endpoint.takesStream ? headerText(request.headers['idempotency-key']) : undefined;
      if (key !== undefined) {
        return answerOnce(ctx, request, reply, key, (keyed) => operation(keyed, input), present);
      }
      const answer = present(await operation(ctx, input));
      return send(reply, request.method === 'HEAD' ? withoutStream(answer) : answer);
    },
  });
}

function explain(error: OnfileError, request: FastifyRequest): object {
  if (error.status >= 500) request.log.error({ errorCode: error.code, err: error.cause }, 'part of a request failed');
  const { body } = errorBody(error, {
    traceId: request.id,
    acceptLanguage: request.headers['accept-language'],
    tenantLocale: request.tenantLocale,
  });
  return body;
}

/** What is asked for by HEAD has no body; a file would be made to its end for nobody. */
function withoutStream(answer: Answer): Answer {
  if (!(answer.body instanceof Readable)) return answer;
  answer.body.destroy();
  return { ...answer, body: Readable.from([]) };
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply
    .code(answer.status ?? 200)
    .headers(answer.headers ?? {})
    .send(answer.body);
}

function authenticate(
  services: Services,
  security: Security,
  request: FastifyRequest,
): Promise<Authenticated | AuthenticatedSession> {
  const { headers } = request;
  switch (security) {
    case 'api-key':
      return authenticateApiKey(services, headerText(headers['x-api-key']));
    case 'access-token':
      return authenticateAccessToken(services, headers.authorization, tenantOfPath(request));
    case 'session':
      return authenticateSession(services, headerText(headers['x-user-payment-session-token']));
  }
}

const tenantOfPath = (request: FastifyRequest): string => (request.params as { tenantId: string }).tenantId;

async function contextOf(services: Services, request: FastifyRequest): Promise<Context> {
  if (!request.authenticated) throw new Error('an endpoint ran without knowing its caller');
  const { tenant, caller } = request.authenticated;
  return {
    ...services,
    tenant,
    caller,
    locale: negotiateLocale(request.headers['accept-language'], tenant.locale),
    keys: await services.keysOf(tenant.tenantId),
    traceId: request.id,
    sourceAddress: request.ip,
    keepAnswer: () => undefined,
  };
}
