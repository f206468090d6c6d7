import { Command } from 'commander';
import { createClient } from '../ops/clients/create.ts';
import { listClients } from '../ops/clients/list.ts';
import { revokeClient } from '../ops/clients/revoke.ts';
import { rotateClientSecret } from '../ops/clients/rotate-secret.ts';
import { defaultOverlapMs } from '../ops/rotation-overlap.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import type { Perform } from './answer.ts';
import { commandLineCaller } from './installation.ts';
import { durationOption, scopesOption } from './option-values.ts';
import { table } from './table.ts';

type CreateOptions = { tenant: string; scopes: string[]; name: string; contact?: string };

/** `onfile client`: OAuth clients, which get access tokens for the Records API. */
export function clientCommands(perform: Perform): Command {
  const client = new Command('client').description('OAuth clients, for POST /oauth/token');

  client
    .command('create')
    .description('make a client; its secret is shown this once')
    .requiredOption('--tenant <id>', 'whose client it is')
    .option('--scopes <scopes>', 'all, or names separated by commas', scopesOption, scopesOption('all'))
    .option('--name <name>', 'what the client is', 'command line')
    .option('--contact <id>', 'the one contact whose data it sees; every contact when left out')
    .action(async ({ tenant, scopes, name, contact }: CreateOptions) => {
      await perform(async (services) => {
        const ctx = await tenantContext(services, tenant, commandLineCaller());
        const { clientSecret, ...shown } = await createClient(ctx, { name, scopes, contactId: contact });
        const clear = clientSecret.reveal();
        return {
          document: { ...shown, clientSecret: clear },
          text: `client id:     ${shown.clientId}\nclient secret: ${clear}\n\nKeep the secret now: it cannot be shown again.`,
        };
      });
    });

  client
    .command('list')
    .description('list the clients of a tenant')
    .requiredOption('--tenant <id>', 'whose clients')
    .action(async ({ tenant }: { tenant: string }) => {
      await perform(async (services) => {
        const clients = await listClients(await tenantContext(services, tenant, commandLineCaller()));
        const rows = clients.map((row) => [
          row.clientId,
          row.createdAt.toISOString(),
          row.revokedAt?.toISOString() ?? '',
          row.earlierSecretUntil?.toISOString() ?? '',
          row.contactId ?? '',
          row.name,
          row.scopes.join(','),
        ]);
        return {
          document: { tenantId: tenant, clients },
          text: table(['id', 'created', 'revoked', 'earlier secret until', 'contact', 'name', 'scopes'], rows),
        };
      });
    });

  client
    .command('rotate')
    .description('give a client a new secret; it is shown this once')
    .argument('<id>', 'as client list shows it')
    .requiredOption('--tenant <id>', 'whose client it is')
    .option('--overlap <time>', 'how long both secrets are good, such as 30m or 7d; 24h when left out', durationOption)
    .action(async (clientId: string, { tenant, overlap = defaultOverlapMs }: { tenant: string; overlap?: number }) => {
      await perform(async (services) => {
        const ctx = await tenantContext(services, tenant, commandLineCaller());
        const { clientSecret, ...shown } = await rotateClientSecret(ctx, { clientId, overlapMs: overlap });
        const clear = clientSecret.reveal();
        const until = shown.earlierSecretUntil?.toISOString() ?? 'once';
        return {
          document: { ...shown, clientSecret: clear },
          text: `client secret: ${clear}\n\nKeep the secret now: it cannot be shown again. The one before ends at ${until}.`,
        };
      });
    });

  client
    .command('revoke')
    .description('end a client and its access tokens for good')
    .argument('<id>', 'as client list shows it')
    .requiredOption('--tenant <id>', 'whose client it is')
    .action(async (clientId: string, { tenant }: { tenant: string }) => {
      await perform(async (services) => {
        const ctx = await tenantContext(services, tenant, commandLineCaller());
        const revoked = await revokeClient(ctx, { clientId });
        return { document: { ...revoked, tenantId: tenant }, text: `The client ${clientId} is revoked.` };
      });
    });

  return client;
}
