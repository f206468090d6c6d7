import swagger from '@fastify/swagger';
import manifest from '../../package.json' with { type: 'json' };
import { ErrorBody } from '../contract/error-body.ts';
import type { App } from './app-type.ts';
import { describeArguments } from './openapi-arguments.ts';
import { describeHeaders } from './openapi-headers.ts';

const introduction = `Onfile keeps customers' payment methods on file and replaces them safely.

The **Customer API** replaces the payment instrument of a customer's account with one that the customer entered in the
browser component. The **Records API** replaces the stored payment method record itself. Both speak of the same data:
an account's instrument *is* a stored record, and a change made through one shows at once in the other.

Every failure has the same body. Decide by \`errorCode\`, show \`errorMessage\` (in the language of \`Accept-Language\`),
and quote \`traceId\` when you ask for help. [All error codes](/docs/errors), with what to do about each, are a page of
their own, also [as JSON](/docs/errors.json). Unknown fields and unknown query keys are refused rather than ignored.`;

const tags = [
  { name: 'Customer API', description: 'Customers, payment sessions and the payment instrument of an account' },
  { name: 'Records API', description: 'Stored payment methods, contacts and merchant accounts' },
  { name: 'Gateway API', description: 'What the browser component talks to, with a session token' },
  { name: 'Management', description: 'A tenant’s own settings, with an API key' },
  { name: 'Access', description: 'Access tokens for the Records API' },
];

const securitySchemes = {
  ApiKeyAuth: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'One key of a tenant, with its scopes' },
  'knox-authorizer': {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token from `POST /oauth/token` or from the issuer that the tenant has named',
  },
  SessionToken: {
    type: 'apiKey',
    in: 'header',
    name: 'X-User-Payment-Session-Token',
    description: 'The token of one user payment session',
  },
} as const;

const descriptions = {
  400: 'The request is not valid; `reference` names the field',
  401: 'The caller is not known',
  403: 'The caller lacks a permission',
  404: 'There is no such thing, or it belongs to another tenant',
  406: 'The answer cannot be given in a type that `Accept` names',
  409: 'The request conflicts with the present state',
  412: 'The version named in `If-Match` is not the current one',
  413: 'The body is too large',
  415: 'The content type is not supported',
  422: 'The idempotency key belongs to another request',
  428: 'The request must name the version that it is made on',
  429: 'Too many requests; `Retry-After` says when to try again',
  500: 'A failure on our side',
  503: 'Too busy, or shutting down',
} as const;

export type ErrorStatus = keyof typeof descriptions;

const errorSchemas = Object.fromEntries(
  Object.entries(descriptions).map(([status, description]) => [
    status,
    { description, content: { 'application/json': { schema: { $ref: 'ErrorBody#' } } } },
  ]),
);

/**
 * The failures of a route, to spread into its `schema.response`. They document only: the type is empty so that a
 * handler's return type is that of its success.
 */
export function errorResponses(...statuses: readonly ErrorStatus[]): object {
  return Object.fromEntries(statuses.map((status) => [status, errorSchemas[status]]));
}

/** Registers the generator, which must see routes being added, and serves its document at `/openapi.json`. */
export async function registerOpenApi(app: App): Promise<void> {
  app.addSchema(ErrorBody);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Onfile',
        version: manifest.version,
        description: introduction,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags,
      components: { securitySchemes },
    },
    convertConstToEnum: false,
    refResolver: {
      buildLocalReference: ({ $id }, _baseUri, _fragment, index) => (typeof $id === 'string' ? $id : `schema-${index}`),
    },
  });
  // As bytes, which answers share however many wait to be read.
  let document: Buffer | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    document ??= Buffer.from(JSON.stringify(describeHeaders(describeArguments(app.swagger()))));
    return reply
      .headers({ 'content-type': 'application/json; charset=utf-8', 'cross-origin-resource-policy': 'cross-origin' })
      .send(document);
  });
}
