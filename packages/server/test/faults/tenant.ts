import { type FaultTenant, openClient } from './client.ts';

const merchantAccounts = ['Main shop', 'Second shop'];

/** A tenant in test mode with the credentials of both dialects and two merchant accounts. */
export async function prepareTenant(
  command: (args: readonly string[]) => Promise<any>,
  url: string,
  tenantId: string,
): Promise<FaultTenant> {
  await command(['tenant', 'create', tenantId]);
  const whose = ['create', '--tenant', tenantId, '--scopes', 'all'];
  const [key, client] = await Promise.all([command(['key', ...whose]), command(['client', ...whose])]);
  const tenant: FaultTenant = {
    tenantId,
    apiKey: key.apiKey,
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    merchantAccountIds: [],
  };
  const caller = openClient(url, tenant);
  for (const name of merchantAccounts) {
    const path = `/merchantAccounts/${tenantId}`;
    const { status, text } = await caller.call('access-token', { method: 'POST', path, body: { name } });
    if (status !== 201) throw new Error(`no merchant account: ${status} ${text}`);
    tenant.merchantAccountIds.push(JSON.parse(text).id);
  }
  return tenant;
}
