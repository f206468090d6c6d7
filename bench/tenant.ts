import { type Config, readConfig } from '../packages/server/src/config.ts';
import type { Caller, Context } from '../packages/server/src/context.ts';
import { scopes } from '../packages/server/src/contract/scopes.ts';
import { createDeploymentServices } from '../packages/server/src/deployment-services.ts';
import { openMasterKey } from '../packages/server/src/keys/open-master-key.ts';
import { issueAccessToken } from '../packages/server/src/ops/access-tokens/issue.ts';
import { createApiKey } from '../packages/server/src/ops/api-keys/create.ts';
import { createClient } from '../packages/server/src/ops/clients/create.ts';
import { createMerchantAccount } from '../packages/server/src/ops/merchant-accounts/create.ts';
import { tenantContext } from '../packages/server/src/ops/tenants/context.ts';
import { createTenant } from '../packages/server/src/ops/tenants/create.ts';
import { openDatabase } from '../packages/server/src/store/database.ts';

/** The tenant whose records are updated over HTTP, with what a client of it needs. */
export type BenchTenant = {
  ctx: Context;
  tenantId: string;
  merchantAccountId: string;
  credentials: { tenantId: string; apiKey: string; accessToken: string };
  close: () => Promise<void>;
};

const tenantId = 'bench';
const setup: Caller = { kind: 'command-line', id: 'bench', scopes: new Set(scopes) };

/** Makes the tenant and its credentials by the operations that the command line uses. */
export async function createBenchTenant(databaseUrl: string, dataDir: string): Promise<BenchTenant> {
  const config: Config = readConfig({ DATA_DIR: dataDir });
  const db = openDatabase({ url: databaseUrl, connections: 2, onError: () => {} });
  const masterKey = await openMasterKey(config, true);
  const { services } = createDeploymentServices({ config, db, masterKey, publicUrl: () => '' });
  const tenant = await createTenant(services, { tenantId, name: 'Bench' }, setup);
  const ctx = await tenantContext(services, tenantId, setup);
  const account = await createMerchantAccount(ctx, { body: { name: 'Main shop' } });
  const { apiKey } = await createApiKey(ctx, { name: 'bench', scopes, expiresAt: null });
  const { clientId } = await createClient(ctx, { name: 'bench', scopes });
  const caller: Caller = { kind: 'client', id: clientId, scopes: new Set(scopes) };
  const { token } = await issueAccessToken(services, { tenant, caller }, {});
  return {
    ctx,
    tenantId,
    merchantAccountId: account.id,
    credentials: { tenantId, apiKey: apiKey.reveal(), accessToken: token },
    close: () => db.close(),
  };
}
