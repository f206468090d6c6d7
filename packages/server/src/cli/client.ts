import { Command } from 'commander';
import { createClient } from '../ops/clients/create.ts';
import { listClients } from '../ops/clients/list.ts';
import { revokeClient } from '../ops/clients/revoke.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import type { Perform } from './answer.ts';
import { commandLineCaller } from './installation.ts';
import { scopesOption } from './option-values.ts';
import { table } from './table.ts';

type CreateOptions = { tenant: string; scopes: string[]; name: string };

/** `onfile client`: OAuth clients, which get access tokens for the Records API. */
export function clientCommands(perform: Perform): Command {
  const client = new Command('client').description('OAuth clients, for POST /oauth/token');

  client
    .command('create')
    .description('make a client; its secret is shown this once')
    .requiredOption('--tenant <id>', 'whose client it is')
    .option('--scopes <scopes>', 'all, or names separated by commas', scopesOption, scopesOption('all'))
    .option('--name <name>', 'what the client is', 'command line')
    .action(async ({ tenant, scopes, name }: CreateOptions) => {
      await perform(async (services) => {
        const ctx = await tenantContext(services, tenant, commandLineCaller());
        const { clientSecret, ...shown } = await createClient(ctx, { name, scopes });
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
          row.name,
          row.scopes.join(','),
        ]);
        return {
          document: { tenantId: tenant, clients },
          text: table(['id', 'created', 'revoked', 'name', 'scopes'], rows),
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
