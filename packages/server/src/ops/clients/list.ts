import { type ClientRow, listClients as readClients } from '../../store/credentials.ts';
import { operation } from '../operation.ts';

export type ListedClient = Omit<ClientRow, 'secretHash' | 'earlierSecretHash'>;

/** The tenant's clients, the oldest first, without anything of their secrets; revoked ones too. */
export const listClients = operation<void, ListedClient[]>(null, async (ctx) => {
  const rows = await readClients(ctx.db, ctx.tenant.tenantId);
  return rows.map(({ secretHash: _, earlierSecretHash: __, ...client }) => client);
});
