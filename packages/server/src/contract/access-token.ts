import { type Static, Type } from 'typebox';
import { oneOf } from './schema.ts';

/** RFC 6749, section 4.4.2. Parameters that are not known here are ignored (section 3.2). */
export const AccessTokenRequest = Type.Object(
  {
    grant_type: oneOf(['client_credentials']),
    client_id: Type.Optional(Type.String({ description: 'Unless it is given by HTTP Basic' })),
    client_secret: Type.Optional(Type.String({ description: 'Unless it is given by HTTP Basic' })),
    audience: Type.Optional(Type.String({ description: 'Whom the token is for; the first configured when left out' })),
    scope: Type.Optional(
      Type.String({ description: 'Scopes separated by spaces; all that the client has when left out' }),
    ),
  },
  { description: 'A request for an access token by client credentials' },
);
export type AccessTokenRequest = Static<typeof AccessTokenRequest>;

/** RFC 6749, section 5.1. */
export const AccessTokenAnswer = Type.Object(
  {
    access_token: Type.String({ description: 'A signed JWT, to be sent as `Authorization: Bearer`' }),
    token_type: oneOf(['Bearer']),
    expires_in: Type.Integer({ description: 'Seconds' }),
    scope: Type.String({ description: 'The scopes that the token carries, separated by spaces' }),
  },
  { description: 'An access token' },
);
export type AccessTokenAnswer = Static<typeof AccessTokenAnswer>;

const accessTokenErrors = ['invalid_request', 'invalid_client', 'invalid_scope', 'unsupported_grant_type'] as const;
export type AccessTokenError = (typeof accessTokenErrors)[number];

/** RFC 6749, section 5.2: the one body of ours that is not the error body, because clients' libraries expect it. */
export const AccessTokenFailure = Type.Object(
  { error: oneOf(accessTokenErrors), error_description: Type.String({ description: 'For developers, in English' }) },
  { description: 'Why there is no access token' },
);
export type AccessTokenFailure = Static<typeof AccessTokenFailure>;

/** RFC 7517, section 5: one key for each that verifies now, with its parameters (RFC 7518, section 6). */
export const JsonWebKeySet = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        {
          kty: Type.Optional(Type.String()),
          kid: Type.Optional(Type.String({ description: 'As the header of a token names it' })),
          alg: Type.Optional(Type.String()),
          use: Type.Optional(Type.String()),
        },
        { additionalProperties: true },
      ),
    ),
  },
  { description: 'A JSON Web Key Set' },
);
