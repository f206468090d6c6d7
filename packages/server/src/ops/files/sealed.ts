import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { type DataKey, seal } from '../../crypto/envelope.ts';
import type { FileRow } from '../../store/files.ts';

type Holder = { tenant: { tenantId: string }; keys: Pick<Context['keys'], 'wrapping' | 'open'> };

/** What of a file is nobody else's business: its name, and the key of its bytes. */
export type FileSecrets = { name: string; dataKey: DataKey };

/** Binds a file's name and key to its row. */
export const fileSecretsBinding = (tenantId: string, fileId: string) =>
  [tenantId, 'files', fileId, 'secrets', 1] as const;

/** A new key for a file's bytes, sealed with its name. Destroying the row shreds them. */
export function newFileSecrets(ctx: Holder, fileId: string, name: string): { secrets: FileSecrets; sealed: Buffer } {
  const clear = randomBytes(32);
  const keyId = randomUUID();
  const content = JSON.stringify({ name, keyId, key: clear.toString('base64') });
  const dataKey = { keyId, key: createSecretKey(clear) };
  clear.fill(0);
  return {
    secrets: { name, dataKey },
    sealed: seal(content, ctx.keys.wrapping, fileSecretsBinding(ctx.tenant.tenantId, fileId)),
  };
}

export function openFileSecrets(ctx: Holder, row: Pick<FileRow, 'file_id' | 'sealed'>): FileSecrets {
  if (!row.sealed) throw new Error('a removed file has no secrets');
  const clear = ctx.keys.open(row.sealed, fileSecretsBinding(ctx.tenant.tenantId, row.file_id));
  const { name, keyId, key } = JSON.parse(clear.toString('utf8')) as { name: string; keyId: string; key: string };
  clear.fill(0);
  return { name, dataKey: { keyId, key: createSecretKey(Buffer.from(key, 'base64')) } };
}
