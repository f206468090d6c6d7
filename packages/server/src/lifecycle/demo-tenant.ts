import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Config } from '../config.ts';
import type { Caller, Context, Services } from '../context.ts';
import { scopes } from '../contract/scopes.ts';
import { createApiKey } from '../ops/api-keys/create.ts';
import { createClient } from '../ops/clients/create.ts';
import { createCustomer } from '../ops/customers/create.ts';
import { createMerchantAccount } from '../ops/merchant-accounts/create.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import { createTenant } from '../ops/tenants/create.ts';
import { findClient } from '../store/credentials.ts';
import { listCustomersById } from '../store/customers.ts';
import { listActiveMerchantAccounts } from '../store/merchant-accounts.ts';
import { listTenantIds } from '../store/tenants.ts';
import { completeDemoSettings, demoOrigins, demoSettings } from './demo-settings.ts';

export const demoTenantId = 'demo';

const DemoCredentials = Type.Object({
  baseUrl: Type.String(),
  tenantId: Type.String(),
  apiKey: Type.String(),
  clientId: Type.String(),
  clientSecret: Type.String(),
  customerId: Type.Integer(),
  contactId: Type.String(),
  merchantAccountId: Type.String(),
});
export type DemoCredentials = Static<typeof DemoCredentials>;

const setup: Caller = { kind: 'command-line', id: 'setup', scopes: new Set(scopes) };

/** The demo belongs to a newcomer's own machine: embedded database, reachable from it alone. */
export const servesDemo = ({ databaseUrl, demo, host }: Config): boolean =>
  demo && databaseUrl === null && ['127.0.0.1', '::1', 'localhost'].includes(host);

export const demoCredentialsFile = (config: Config): string => join(config.dataDir, 'demo-credentials.json');

/**
 * Makes the demo tenant in an empty database and writes its credentials for this machine's user only. Each step is
 * left alone when it was done before, so a start that was cut short is completed by the next one. Answers whether the
 * database has a demo tenant.
 */
export async function ensureDemoTenant(
  services: Services,
  { url: baseUrl, port }: { url: string; port: number },
  onProgress: (sentence: string) => void,
): Promise<boolean> {
  const path = demoCredentialsFile(services.config);
  const tenantIds = await listTenantIds(services.db);
  if (tenantIds.length === 0) {
    onProgress('making the demo tenant');
    await createTenant(services, { tenantId: demoTenantId, ...demoSettings }, setup);
  } else if (!tenantIds.includes(demoTenantId)) {
    return false;
  }
  const ctx = await tenantContext(services, demoTenantId, setup);
  const written = await readCredentials(path);
  const { host, tls } = services.config;
  const former = written ? new URL(written.baseUrl) : null;
  await completeDemoSettings(ctx, {
    present: demoOrigins(host, { port, scheme: tls ? 'https' : 'http' }),
    former: former
      ? demoOrigins(host, { port: Number(former.port), scheme: former.protocol === 'https:' ? 'https' : 'http' })
      : [],
  });
  const isEnough = written !== null && (await mayDoEverything(ctx, written));
  if (isEnough && written.baseUrl === baseUrl) return true;
  await writeCredentials(path, isEnough ? { ...written, baseUrl } : await makeCredentials(ctx, baseUrl));
  return true;
}

/** An earlier version of the server knew fewer scopes. */
async function mayDoEverything(ctx: Context, { clientId }: DemoCredentials): Promise<boolean> {
  const client = await findClient(ctx.db, ctx.tenant.tenantId, clientId);
  return client !== null && client.revokedAt === null && scopes.every((scope) => client.scopes.includes(scope));
}

async function makeCredentials(ctx: Context, baseUrl: string): Promise<DemoCredentials> {
  const merchantAccountId = await demoMerchantAccount(ctx);
  const customer = await demoCustomer(ctx);
  const key = await createApiKey(ctx, { name: 'demo', scopes, expiresAt: null });
  const client = await createClient(ctx, { name: 'demo', scopes });
  return {
    baseUrl,
    tenantId: demoTenantId,
    apiKey: key.apiKey.reveal(),
    clientId: client.clientId,
    clientSecret: client.clientSecret.reveal(),
    ...customer,
    merchantAccountId,
  };
}

async function demoMerchantAccount(ctx: Context): Promise<string> {
  const [known] = await listActiveMerchantAccounts(ctx.db, demoTenantId);
  return known?.merchant_account_id ?? (await createMerchantAccount(ctx, { body: { name: 'Demo shop' } })).id;
}

async function demoCustomer(ctx: Context): Promise<{ customerId: number; contactId: string }> {
  const [known] = await listCustomersById(ctx.db, demoTenantId, 0, 1);
  if (known) return { customerId: known.customer_id, contactId: known.contact_id };
  const customer = await createCustomer(ctx, { body: { firstName: 'Dana', lastName: 'Demo' } });
  return { customerId: customer.id, contactId: customer.contactId };
}

/** Null when the file is not there or not whole: new credentials are then made. */
async function readCredentials(path: string): Promise<DemoCredentials | null> {
  try {
    return Value.Parse(DemoCredentials, JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Complete or not there at all, whenever somebody looks. */
async function writeCredentials(path: string, credentials: DemoCredentials): Promise<void> {
  const draft = `${path}.draft`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(`${JSON.stringify(credentials, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
