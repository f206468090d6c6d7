import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { type DataKey, open, seal } from '../../crypto/envelope.ts';
import { keyedHash } from '../../crypto/keyed-hash.ts';
import { Secret } from '../../crypto/secret.ts';
import { findVaultSecret, type VaultSecretRow } from '../../store/vault-secrets.ts';

/**
 * What identifies an instrument: a card number, an account's, or the reference of a payer at another party. `place` is
 * the bank that an account number is only unique at.
 */
export type VaultNumber = {
  kind: 'card' | 'iban' | 'uk-account' | 'us-account' | 'bancontact' | 'paypal' | 'twint';
  place?: string;
  number: Secret<string>;
};

const secretBinding = (ctx: Pick<Context, 'tenant'>, secretId: string) =>
  [ctx.tenant.tenantId, 'vault_secrets', secretId, 'number', 1] as const;

/** Encrypts a number before it is stored; the fingerprint covers the whole number, never the expiry. */
export function vaultNumber(
  ctx: Context,
  { kind, place, number }: VaultNumber,
  customerUuid: string,
  dataKey: DataKey,
): VaultSecretRow {
  const secretId = randomUUID();
  return {
    secret_id: secretId,
    customer_uuid: customerUuid,
    key_id: dataKey.keyId,
    ciphertext: seal(number.reveal(), dataKey, secretBinding(ctx, secretId)),
    fingerprint: keyedHash(ctx.keys.fingerprint, kind, ...(place === undefined ? [] : [place]), number.reveal()),
    created_at: ctx.now(),
  };
}

/** A number in clear, for a connector's request. Throws when it was destroyed. */
export async function unvaultNumber(
  ctx: Pick<Context, 'db' | 'tenant'>,
  secretId: string,
  dataKey: DataKey,
): Promise<Secret<string>> {
  const row = await findVaultSecret(ctx.db, ctx.tenant.tenantId, secretId);
  if (!row) throw new Error('a number is no longer in the vault');
  return new Secret(open(row.ciphertext, dataKey, secretBinding(ctx, secretId)).toString('utf8'));
}
