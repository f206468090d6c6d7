import type { Services } from '../../context.ts';
import { AccessTokenAnswer, AccessTokenFailure, AccessTokenRequest } from '../../contract/access-token.ts';
import { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import { issueAccessToken } from '../../ops/access-tokens/issue.ts';
import { authenticateClient, type ClientCredentials } from '../../ops/authentication/client-credentials.ts';
import type { App } from '../app-type.ts';
import { isBasic, parseBasicCredentials } from '../basic-credentials.ts';
import { formLimit } from '../form-text.ts';
import { holdToLiveMode } from '../live-mode.ts';
import { errorResponses } from '../openapi.ts';
import { limitRate } from '../rate-limit.ts';
import { answerTokenFailure } from '../token-failure.ts';

const url = '/oauth/token';

/** RFC 6749, section 3.2: a parameter without a value counts as left out. */
function withoutEmpty(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== '' && value !== null));
}

/** Section 2.3: one way of authentication per request. The id alone may stand in the body beside the header. */
function credentialsOf(authorization: string | undefined, body: AccessTokenRequest): ClientCredentials {
  const { client_id: clientId, client_secret: clientSecret } = body;
  if (!isBasic(authorization)) {
    if (!clientId || !clientSecret) throw new OnfileError('errormessage.authentication.required');
    return { clientId, clientSecret: new Secret(clientSecret) };
  }
  const credentials = parseBasicCredentials(authorization);
  if (clientSecret || (clientId && clientId !== credentials?.clientId)) {
    throw new OnfileError('errormessage.validation.exclusive', { reference: 'client_secret' });
  }
  if (!credentials) throw new OnfileError('errormessage.authentication.invalid');
  return credentials;
}

/** The token endpoint of the built-in issuer, in the words of RFC 6749. It takes no Idempotency-Key. */
export function serveOauth(app: App, services: Services): void {
  app.route({
    method: 'POST',
    url,
    config: { takesForm: true },
    bodyLimit: formLimit,
    schema: {
      summary: 'Get an access token',
      description:
        'Client credentials (RFC 6749, section 4.4), by HTTP Basic or in the body. The token is good for the Records ' +
        'API of the tenant that the client belongs to, for 24 hours or until the client is revoked.',
      tags: ['Access'],
      security: [],
      consumes: ['application/json', 'application/x-www-form-urlencoded'],
      body: AccessTokenRequest,
      response: {
        200: AccessTokenAnswer,
        400: AccessTokenFailure,
        401: AccessTokenFailure,
        413: AccessTokenFailure,
        415: AccessTokenFailure,
        ...errorResponses(403, 406, 429, 500, 503),
      },
    },
    errorHandler: answerTokenFailure,
    onRequest: (_request, reply, done) => {
      // Section 5.1; `Cache-Control: no-store` is on every answer.
      reply.header('pragma', 'no-cache');
      done();
    },
    preValidation: (request, _reply, done) => {
      request.body = withoutEmpty(request.body) as AccessTokenRequest;
      done();
    },
    handler: async (request, reply) => {
      const { body } = request;
      const authenticated = await authenticateClient(services, credentialsOf(request.headers.authorization, body));
      const { tenant, caller } = authenticated;
      request.tenantLocale = { locale: tenant.locale, timeZone: tenant.timeZone };
      request.logCaller = { tenantId: tenant.tenantId, callerId: caller.id };
      request.knownBy = isBasic(request.headers.authorization) ? 'authorization' : null;
      holdToLiveMode(services, request, tenant);
      await limitRate(services, authenticated, `POST ${url}`, reply);
      const issued = await issueAccessToken(services, authenticated, { audience: body.audience, scope: body.scope });
      return {
        access_token: issued.token,
        token_type: 'Bearer',
        expires_in: issued.expiresInSeconds,
        scope: issued.scopes.join(' '),
      } satisfies AccessTokenAnswer;
    },
  });
}
