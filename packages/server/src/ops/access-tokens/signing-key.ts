import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import { type DataKey, seal } from '../../crypto/envelope.ts';
import type { TenantKeys } from '../../keys/tenant-keys.ts';
import type { SigningKeyRow } from '../../store/signing-keys.ts';
import { signingAlgorithm } from '../authentication/built-in-issuer.ts';

/** Binds the private half to its id. */
export const signingKeyBinding = (tenantId: string, kid: string) =>
  [tenantId, 'signing_keys', kid, 'private_jwk', 1] as const;

/** A key pair for a tenant's access tokens, the private half sealed under its wrapping key. The id is by RFC 7638. */
export async function newSigningKey(tenantId: string, wrapping: DataKey, createdAt: Date): Promise<SigningKeyRow> {
  const { publicKey, privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  return {
    kid,
    publicJwk: { ...publicJwk, kid, alg: signingAlgorithm, use: 'sig' },
    sealedPrivateJwk: seal(JSON.stringify(await exportJWK(privateKey)), wrapping, signingKeyBinding(tenantId, kid)),
    sealedUnder: wrapping.keyId,
    createdAt,
    retiresAt: null,
  };
}

/** The private half, to sign with. Throws `SealBroken` when the row was changed or moved. */
export async function openSigningKey(
  tenantId: string,
  row: SigningKeyRow,
  keys: Pick<TenantKeys, 'open'>,
): Promise<CryptoKey> {
  const clear = keys.open(row.sealedPrivateJwk, signingKeyBinding(tenantId, row.kid));
  const key = await importJWK(JSON.parse(clear.toString('utf8')), signingAlgorithm);
  clear.fill(0);
  if (key instanceof Uint8Array) throw new Error(`the signing key ${row.kid} is not a key pair`);
  return key;
}
