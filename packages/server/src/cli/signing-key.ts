import { Command } from 'commander';
import { listSigningKeys } from '../ops/access-tokens/list-signing-keys.ts';
import { rotateSigningKey } from '../ops/access-tokens/rotate-signing-key.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import type { Perform } from './answer.ts';
import { commandLineCaller } from './installation.ts';
import { durationOption } from './option-values.ts';
import { table } from './table.ts';

/** `onfile signing-key`: the keys that sign the access tokens of a tenant's built-in issuer. */
export function signingKeyCommands(perform: Perform): Command {
  const signingKey = new Command('signing-key').description('keys that sign access tokens');

  signingKey
    .command('rotate')
    .description('sign with a new key; those before verify until their tokens are over')
    .requiredOption('--tenant <id>', 'whose key it is')
    .option(
      '--overlap <time>',
      'until those before end, such as 1h; 0: at once, and with them every token',
      durationOption,
    )
    .action(async ({ tenant, overlap }: { tenant: string; overlap?: number }) => {
      await perform(async (services) => {
        const ctx = await tenantContext(services, tenant, commandLineCaller());
        const rotated = await rotateSigningKey(ctx, { overlapMs: overlap });
        const until = rotated.earlierRetireAt.toISOString();
        return {
          document: rotated,
          text: `The key ${rotated.kid} signs from now on. Tokens of earlier keys are taken until ${until}.`,
        };
      });
    });

  signingKey
    .command('list')
    .description('list the signing keys of a tenant, the newest first')
    .requiredOption('--tenant <id>', 'whose keys')
    .action(async ({ tenant }: { tenant: string }) => {
      await perform(async (services) => {
        const signingKeys = await listSigningKeys(await tenantContext(services, tenant, commandLineCaller()));
        const rows = signingKeys.map((row) => [
          row.kid,
          row.createdAt.toISOString(),
          row.retiresAt?.toISOString() ?? '',
        ]);
        return { document: { tenantId: tenant, signingKeys }, text: table(['id', 'created', 'retires'], rows) };
      });
    });

  return signingKey;
}
