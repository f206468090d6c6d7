import { type ApiKeyRow, listApiKeys as readApiKeys } from '../../store/credentials.ts';
import { operation } from '../operation.ts';

export type ListedApiKey = Omit<ApiKeyRow, 'secretHash'>;

/** The tenant's API keys, the oldest first, without anything of their secrets; revoked and expired ones too. */
export const listApiKeys = operation<void, ListedApiKey[]>(null, async (ctx) => {
  const rows = await readApiKeys(ctx.db, ctx.tenant.tenantId);
  return rows.map(({ secretHash: _, ...key }) => key);
});
