import { listSigningKeys as readSigningKeys } from '../../store/signing-keys.ts';
import { operation } from '../operation.ts';

export type ListedSigningKey = { kid: string; createdAt: Date; retiresAt: Date | null };

/** The keys of the tenant's access tokens, the newest first, without their private halves. */
export const listSigningKeys = operation<void, ListedSigningKey[]>(null, async (ctx) => {
  const rows = await readSigningKeys(ctx.db, ctx.tenant.tenantId);
  return rows.map(({ kid, createdAt, retiresAt }) => ({ kid, createdAt, retiresAt }));
});
