import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { type DataKey, open, seal } from '../../crypto/envelope.ts';
import { keyedHash } from '../../crypto/keyed-hash.ts';
import { Secret } from '../../crypto/secret.ts';
import { findVaultSecret, type VaultSecretRow } from '../../store/vault-secrets.ts';
import { customerDataKey, KeyDestroyed } from '../customer-data-key.ts';

/**
 * What identifies an instrument: a card number, an account's, or the reference of a payer at another party. `place` is
 * the bank that an account number is only unique at.
 */
export type VaultNumber = {
  kind: 'card' | 'iban' | 'uk-account' | 'us-account' | 'bancontact' | 'paypal' | 'twint';
  place?: string | undefined;
  number: Secret<string>;
};

/** A keyed hash of the whole number, never of the expiry. */
export const fingerprintOf = ({ key }: DataKey, { kind, place, number }: VaultNumber): Buffer =>
  keyedHash(key, kind, ...(place === undefined ? [] : [place]), number.reveal());

/** Binds a number to its row in the vault. */
export const secretBinding = (ctx: Pick<Context, 'tenant'>, secretId: string) =>
  [ctx.tenant.tenantId, 'vault_secrets', secretId, 'number', 1] as const;

/** Encrypts a number before it is stored, with its fingerprints under the keys that others of the same may be under. */
export function vaultNumber(
  ctx: Context,
  { kind, place, number }: VaultNumber,
  customerUuid: string,
  dataKey: DataKey,
): VaultSecretRow {
  const secretId = randomUUID();
  const [fingerprintKey, earlierKey] = ctx.keys.every('fingerprint');
  if (!fingerprintKey) throw new Error('the tenant has no fingerprint key');
  const identity = { kind, place, number };
  return {
    secret_id: secretId,
    customer_uuid: customerUuid,
    key_id: dataKey.keyId,
    ciphertext: seal(number.reveal(), dataKey, secretBinding(ctx, secretId)),
    fingerprint: fingerprintOf(fingerprintKey, identity),
    fingerprint_key_id: fingerprintKey.keyId,
    earlier_fingerprint: earlierKey ? fingerprintOf(earlierKey, identity) : null,
    created_at: ctx.now(),
  };
}

/** A number in clear. Throws `SealBroken` when the row was changed or moved. */
export const openNumber = (
  ctx: Pick<Context, 'tenant'>,
  row: Pick<VaultSecretRow, 'secret_id' | 'ciphertext'>,
  dataKey: DataKey,
): Secret<string> => new Secret(open(row.ciphertext, dataKey, secretBinding(ctx, row.secret_id)).toString('utf8'));

/** A number in clear, for a connector's request. Throws `KeyDestroyed` when it, or its key, is gone since it was named. */
export async function unvaultNumber(
  ctx: Pick<Context, 'db' | 'tenant' | 'keys'>,
  secretId: string,
): Promise<Secret<string>> {
  const row = await findVaultSecret(ctx.db, ctx.tenant.tenantId, secretId);
  if (!row) throw new KeyDestroyed();
  return openNumber(ctx, row, await customerDataKey(ctx, row.key_id));
}
