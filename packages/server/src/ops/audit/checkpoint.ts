import { type KeyObject, sign, verify } from 'node:crypto';
import { deriveSigningPair, type SigningPair } from '../../crypto/derived-signing-key.ts';
import type { DataKey } from '../../crypto/envelope.ts';
import type { Checkpoint } from '../../store/audit-checkpoints.ts';

type Unsigned = Omit<Checkpoint, 'signature'>;

/** The key pair that signs checkpoints while an audit key is the one of now; the public half verifies them for ever. */
export const checkpointKeys = (audit: DataKey): SigningPair => deriveSigningPair(audit.key, 'onfile audit checkpoint');

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

/** Whether one of the tenant's keys signed it, be it one of before a rotation. */
export function isGenuine(publicKeys: readonly KeyObject[], tenantId: string, checkpoint: Checkpoint): boolean {
  const text = signedText(tenantId, checkpoint);
  return publicKeys.some((publicKey) => verify(null, text, publicKey, checkpoint.signature));
}
