import type { Transaction } from './database.ts';

const endRotated = {
  name: 'end-rotated-api-key',
  text: `
    UPDATE api_keys SET replaced_by = $3, expires_at = least(expires_at, $4::timestamptz)
    WHERE tenant_id = $1 AND key_id = $2 AND revoked_at IS NULL AND replaced_by IS NULL
      AND (expires_at IS NULL OR expires_at > $5)
    RETURNING key_id`,
};

/** Lets a key in use end at `until`, or when it would anyway; false when it is over or was rotated before. */
export const replaceApiKey = async (
  tx: Transaction,
  key: { keyId: string; replacedBy: string; until: Date; now: Date },
): Promise<boolean> =>
  (await tx.query(endRotated, [tx.tenantId, key.keyId, key.replacedBy, key.until, key.now])).length === 1;

const changeSecret = {
  name: 'change-client-secret',
  text: `
    UPDATE clients
    SET earlier_secret_hash = CASE WHEN $4::timestamptz IS NOT NULL THEN secret_hash END,
      earlier_secret_until = $4, secret_hash = $3
    WHERE tenant_id = $1 AND client_id = $2 AND revoked_at IS NULL
    RETURNING client_id`,
};

/** Gives the client a new secret; the one before is good until `earlierUntil`. False when the client was revoked. */
export const replaceClientSecret = async (
  tx: Transaction,
  client: { clientId: string; secretHash: Buffer; earlierUntil: Date | null },
): Promise<boolean> =>
  (await tx.query(changeSecret, [tx.tenantId, client.clientId, client.secretHash, client.earlierUntil])).length === 1;
