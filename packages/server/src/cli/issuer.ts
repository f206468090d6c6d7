import { Command } from 'commander';
import { addIssuer } from '../ops/issuers/add.ts';
import { listIssuers } from '../ops/issuers/list.ts';
import { removeIssuer } from '../ops/issuers/remove.ts';
import { issuerAlgorithms } from '../ops/issuers/rules.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import type { Perform } from './answer.ts';
import { commandLineCaller } from './installation.ts';
import { namesOption, scopesOption } from './option-values.ts';
import { table } from './table.ts';

type AddOptions = {
  tenant: string;
  issuer: string;
  jwksUrl: string;
  audience: string[];
  algorithms: string[];
  tenantClaim: string;
  contactClaim: string;
  scopeClaim: string;
  scopes: string[];
};

/** `onfile issuer`: issuers beside the built-in one whose access tokens a tenant takes. */
export function issuerCommands(perform: Perform): Command {
  const issuer = new Command('issuer').description('external issuers of access tokens');

  issuer
    .command('add')
    .description('take the access tokens of an issuer')
    .requiredOption('--tenant <id>', 'who takes them')
    .requiredOption('--issuer <issuer>', 'the iss of its tokens')
    .requiredOption('--jwks-url <url>', 'where it publishes its keys, over https')
    .requiredOption('--audience <audiences>', 'the aud of its tokens; several separated by commas', namesOption)
    .option('--algorithms <names>', 'that it signs with, separated by commas', namesOption, [...issuerAlgorithms])
    .option('--tenant-claim <name>', 'the claim that names the tenant', 'tenant_id')
    .option('--contact-claim <name>', 'the claim that limits a token to one contact', 'contact_id')
    .option('--scope-claim <name>', 'the claim that names the scopes', 'scope')
    .requiredOption(
      '--scopes <scopes>',
      'the most that a token is granted: all, or names separated by commas',
      scopesOption,
    )
    .action(async ({ tenant, audience, ...addition }: AddOptions) => {
      await perform(async (services) => {
        const ctx = await tenantContext(services, tenant, commandLineCaller());
        const added = await addIssuer(ctx, { ...addition, audiences: audience });
        const text = `Tokens of ${added.issuer} are taken. The id of the issuer is ${added.issuerId}.`;
        return { document: { tenantId: tenant, ...added }, text };
      });
    });

  issuer
    .command('list')
    .description('list the external issuers of a tenant')
    .requiredOption('--tenant <id>', 'whose issuers')
    .action(async ({ tenant }: { tenant: string }) => {
      await perform(async (services) => {
        const issuers = await listIssuers(await tenantContext(services, tenant, commandLineCaller()));
        const rows = issuers.map((row) => [
          row.issuerId,
          row.issuer,
          row.jwksUrl,
          row.audiences.join(','),
          row.algorithms.join(','),
          row.scopes.join(','),
        ]);
        const head = ['id', 'issuer', 'keys', 'audiences', 'algorithms', 'scopes'];
        return { document: { tenantId: tenant, issuers }, text: table(head, rows) };
      });
    });

  issuer
    .command('remove')
    .description('take no more tokens of an issuer')
    .argument('<id>', 'as issuer list shows it')
    .requiredOption('--tenant <id>', 'whose issuer it is')
    .action(async (issuerId: string, { tenant }: { tenant: string }) => {
      await perform(async (services) => {
        const ctx = await tenantContext(services, tenant, commandLineCaller());
        const removed = await removeIssuer(ctx, { issuerId });
        return { document: { ...removed, tenantId: tenant }, text: `Tokens of ${issuerId} are no longer taken.` };
      });
    });

  return issuer;
}
