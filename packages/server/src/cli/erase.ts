import { Command } from 'commander';
import { eraseContact } from '../ops/contacts/erase.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import type { Perform } from './answer.ts';
import { CommandFailure } from './failure.ts';
import { commandLineCaller } from './installation.ts';

type Options = { tenant: string; yes?: true };

/** `onfile erase`: a contact who wants to be forgotten. */
export const eraseCommand = (perform: Perform): Command =>
  new Command('erase')
    .description('erase a contact for good: its data, payment methods, numbers, files and keys')
    .argument('<contact>', 'its id in the Records API')
    .requiredOption('--tenant <id>', 'whose contact')
    .option('--yes', 'it is meant: nothing brings the data back')
    .action(async (id: string, { tenant, yes }: Options) => {
      if (!yes) throw new CommandFailure('usage', 'Nothing brings an erased contact back; add --yes if it is meant.');
      await perform(async (services) => {
        const erasure = await eraseContact(await tenantContext(services, tenant, commandLineCaller()), { id });
        const text =
          `Contact ${id} was erased at ${erasure.erased_at}, with ${erasure.stored_payment_methods} payment methods. ` +
          (erasure.state === 'finished'
            ? 'Everything is done.'
            : 'The server still tells the gateways and the storage.');
        return { document: erasure, text };
      });
    });
