import { Command } from 'commander';
import { createApiKey } from '../ops/api-keys/create.ts';
import { listApiKeys } from '../ops/api-keys/list.ts';
import { revokeApiKey } from '../ops/api-keys/revoke.ts';
import { rotateApiKey } from '../ops/api-keys/rotate.ts';
import { defaultOverlapMs } from '../ops/rotation-overlap.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import type { Perform } from './answer.ts';
import { commandLineCaller } from './installation.ts';
import { durationOption, instantOption, scopesOption } from './option-values.ts';
import { table } from './table.ts';

type CreateOptions = { tenant: string; scopes: string[]; name: string; expires?: Date };

/** `onfile key`: API keys, for the Customer API. */
export function keyCommands(perform: Perform): Command {
  const key = new Command('key').description('API keys, for the header x-api-key');

  key
    .command('create')
    .description('make an API key; it is shown this once')
    .requiredOption('--tenant <id>', 'whose key it is')
    .requiredOption('--scopes <scopes>', 'all, or names separated by commas', scopesOption)
    .option('--name <name>', 'what the key is for', 'command line')
    .option('--expires <date-time>', 'such as 2027-01-31T12:00:00Z; never when left out', instantOption)
    .action(async ({ tenant, scopes, name, expires }: CreateOptions) => {
      await perform(async (services) => {
        const ctx = await tenantContext(services, tenant, commandLineCaller());
        const created = await createApiKey(ctx, { name, scopes, expiresAt: expires ?? null });
        const { apiKey, expiresAt, ...shown } = created;
        const clear = apiKey.reveal();
        return {
          document: { apiKey: clear, ...shown, ...(expiresAt && { expiresAt }) },
          text: `${clear}\n\nKeep this key now: it cannot be shown again. Its id is ${created.keyId}.`,
        };
      });
    });

  key
    .command('list')
    .description('list the API keys of a tenant')
    .requiredOption('--tenant <id>', 'whose keys')
    .action(async ({ tenant }: { tenant: string }) => {
      await perform(async (services) => {
        const keys = await listApiKeys(await tenantContext(services, tenant, commandLineCaller()));
        const rows = keys.map((row) => [
          row.keyId,
          row.createdAt.toISOString(),
          row.expiresAt?.toISOString() ?? '',
          row.revokedAt?.toISOString() ?? '',
          row.replacedBy ?? '',
          row.name,
          row.scopes.join(','),
        ]);
        return {
          document: { tenantId: tenant, keys },
          text: table(['id', 'created', 'expires', 'revoked', 'replaced by', 'name', 'scopes'], rows),
        };
      });
    });

  key
    .command('rotate')
    .description('make the key that takes the place of another; it is shown this once')
    .argument('<id>', 'as key list shows it')
    .requiredOption('--tenant <id>', 'whose key it is')
    .option('--overlap <time>', 'how long both are good, such as 30m or 7d; 24h when left out', durationOption)
    .action(async (keyId: string, { tenant, overlap = defaultOverlapMs }: { tenant: string; overlap?: number }) => {
      await perform(async (services) => {
        const ctx = await tenantContext(services, tenant, commandLineCaller());
        const { apiKey, expiresAt, ...shown } = await rotateApiKey(ctx, { keyId, overlapMs: overlap });
        const clear = apiKey.reveal();
        const until = shown.replacedExpiresAt.toISOString();
        return {
          document: { apiKey: clear, ...shown, ...(expiresAt && { expiresAt }) },
          text: `${clear}\n\nKeep this key now: it cannot be shown again. Its id is ${shown.keyId}; ${keyId} ends at ${until}.`,
        };
      });
    });

  key
    .command('revoke')
    .description('end an API key for good')
    .argument('<id>', 'as key list shows it')
    .requiredOption('--tenant <id>', 'whose key it is')
    .action(async (keyId: string, { tenant }: { tenant: string }) => {
      await perform(async (services) => {
        const ctx = await tenantContext(services, tenant, commandLineCaller());
        const revoked = await revokeApiKey(ctx, { keyId });
        return { document: { ...revoked, tenantId: tenant }, text: `The key ${keyId} is revoked.` };
      });
    });

  return key;
}
