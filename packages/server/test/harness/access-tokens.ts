import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { openSigningKey } from '../../src/ops/access-tokens/signing-key.ts';
import { issuerOf } from '../../src/ops/authentication/built-in-issuer.ts';
import { listSigningKeys } from '../../src/store/signing-keys.ts';
import type { Answer, TestServer, TestTenant } from './server.ts';

/** The key that a tenant's tokens are signed with. */
export async function signingKeyOf(server: TestServer, tenantId: string) {
  const [row] = await listSigningKeys(server.services.db, tenantId);
  if (!row) throw new Error(`${tenantId} has no signing key`);
  const keys = await server.services.keysOf(tenantId);
  return { kid: row.kid, publicJwk: row.publicJwk, privateKey: await openSigningKey(tenantId, row, keys) };
}

/** What a good token of the tenant's client claims, `overrides` aside; `undefined` leaves a claim out. */
export function claimsFor(server: TestServer, tenant: TestTenant, overrides: JWTPayload = {}): JWTPayload {
  const now = Math.floor(server.clock.now().getTime() / 1000);
  return {
    iss: issuerOf(tenant.tenantId),
    aud: server.services.config.tokenAudiences[0],
    sub: tenant.clientId,
    tenant_id: tenant.tenantId,
    scope: 'STORED_PAYMENT_METHOD_READ',
    iat: now,
    exp: now + 3600,
    ...overrides,
  };
}

/** Signs claims with the tenant's own key, as its issuer would. */
export async function signedBy(
  server: TestServer,
  tenantId: string,
  claims: JWTPayload,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  const { kid, privateKey } = await signingKeyOf(server, tenantId);
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT', ...header }).sign(privateKey);
}

/** Asks until the answer has that status; a revocation is allowed a second to be known everywhere. */
export async function answersWithinASecond(ask: () => Promise<Answer>, status: number): Promise<Answer> {
  const deadline = Date.now() + 1000;
  for (;;) {
    const answer = await ask();
    if (answer.status === status) return answer;
    if (Date.now() > deadline) throw new Error(`still ${answer.status} after a second`);
  }
}
