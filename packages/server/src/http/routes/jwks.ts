import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { JsonWebKeySet } from '../../contract/access-token.ts';
import { publicKeysOf } from '../../ops/authentication/built-in-issuer.ts';
import { isTenantId } from '../../ops/tenants/tenant-id.ts';
import type { App } from '../app-type.ts';
import { holdNamedToLiveMode } from '../live-mode.ts';
import { errorResponses } from '../openapi.ts';

/** Shorter than the time for which a rotated key still verifies. */
const cacheControl = 'public, max-age=300';

/** The public keys of the built-in issuer, for whoever else wants to verify its tokens. Open to all (RFC 7517). */
export function serveJwks(app: App, services: Services): void {
  app.route({
    method: 'GET',
    url: '/oauth/:tenantId/jwks',
    schema: {
      summary: 'Read the keys of access tokens',
      description:
        'The public keys that verify the access tokens of a tenant, as a JSON Web Key Set (RFC 7517). Read it again ' +
        'when a token names a key that is not in it. The set of a tenant that does not exist is empty.',
      tags: ['Access'],
      security: [],
      params: Type.Object({ tenantId: Type.String() }),
      response: { 200: JsonWebKeySet, ...errorResponses(400, 403, 406, 500, 503) },
    },
    handler: async (request, reply) => {
      const { tenantId } = request.params;
      await holdNamedToLiveMode(services, request, tenantId);
      const keys = isTenantId(tenantId) ? await publicKeysOf(services, tenantId) : [];
      reply.headers({ 'cache-control': cacheControl, 'access-control-allow-origin': '*' });
      return { keys };
    },
  });
}
