import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';

/** An issuer on this machine that publishes its keys and signs whatever it is told to. */
export type ExternalIssuer = {
  issuer: string;
  jwksUrl: string;
  audience: string;
  /** How often its keys were read. */
  reads(): number;
  /** What it answers instead of its keys; null: its keys. */
  answerWith(answer: { status: number; headers?: Record<string, string>; body?: string } | null): void;
  publicJwk: JWK;
  /** Good claims and header with `overrides`; `undefined` leaves a claim out. */
  sign: (overrides?: JWTPayload, header?: Partial<JWTHeaderParameters>) => Promise<string>;
  stop(): Promise<void>;
};

export async function startExternalIssuer(tenantId: string, algorithm = 'RS256'): Promise<ExternalIssuer> {
  let reads = 0;
  let other: Parameters<ExternalIssuer['answerWith']>[0] = null;
  const kid = 'key-1';
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
  const keys = [publicJwk];
  const listener = createServer((_request, response) => {
    reads++;
    response.writeHead(other?.status ?? 200, { 'content-type': 'application/json', ...other?.headers });
    response.end(other ? other.body : JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const issuer = `https://login.example/${port}`;
  const audience = 'https://onfile.example';
  return {
    issuer,
    audience,
    publicJwk,
    jwksUrl: `http://127.0.0.1:${port}/keys`,
    reads: () => reads,
    answerWith: (answer) => {
      other = answer;
    },
    sign: (overrides = {}, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const claims: JWTPayload = {
        iss: issuer,
        aud: audience,
        sub: 'billing-service',
        tenant_id: tenantId,
        scope: 'MERCHANT_ACCOUNT_READ STORED_PAYMENT_METHOD_WRITE STORED_PAYMENT_METHOD_READ',
        iat: now,
        exp: now + 3600,
        ...overrides,
      };
      return new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid, ...header }).sign(privateKey);
    },
    stop: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        listener.closeAllConnections();
      }),
  };
}
