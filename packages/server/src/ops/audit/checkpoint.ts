import { type KeyObject, sign, verify } from 'node:crypto';
import { deriveSigningPair, type SigningPair } from '../../crypto/derived-signing-key.ts';
import type { TenantKeys } from '../../keys/tenant-keys.ts';
import type { Checkpoint } from '../../store/audit-checkpoints.ts';

type Unsigned = Omit<Checkpoint, 'signature'>;

/** The key pair that signs a tenant's checkpoints; whoever has the public half can verify them. */
export const checkpointKeys = (keys: Pick<TenantKeys, 'audit'>): SigningPair =>
  deriveSigningPair(keys.audit.key, 'onfile audit checkpoint');

/** What is signed; docs/guides/audit.md tells others how to make it. */
const signedText = (tenantId: string, { number, chain, at }: Unsigned): Buffer =>
  Buffer.from(
    JSON.stringify(['onfile-audit-checkpoint', 1, tenantId, number, chain.toString('base64'), at.toISOString()]),
  );

/** Signs the chain's value at a number (Ed25519, RFC 8032). */
export const signCheckpoint = (privateKey: KeyObject, tenantId: string, checkpoint: Unsigned): Checkpoint => ({
  ...checkpoint,
  signature: sign(null, signedText(tenantId, checkpoint), privateKey),
});

export const isGenuine = (publicKey: KeyObject, tenantId: string, checkpoint: Checkpoint): boolean =>
  verify(null, signedText(tenantId, checkpoint), publicKey, checkpoint.signature);
