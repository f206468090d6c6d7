import { Command, Option } from 'commander';
import { bulkLoadFormats } from '../contract/bulk-load.ts';
import { exportStoredPaymentMethods } from '../ops/stored-payment-methods/export.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import type { Perform } from './answer.ts';
import { commandLineCaller } from './installation.ts';
import { print } from './print.ts';

type Options = { tenant: string; format: 'csv' | 'ndjson'; contact?: string; deleted?: true };

/** `onfile export`: the records of a tenant as a file that `onfile bulk-load` takes back. */
export const exportCommand = (perform: Perform): Command =>
  new Command('export')
    .description('print the records of a tenant as a file that bulk-load takes back unchanged')
    .requiredOption('--tenant <id>', 'whose records')
    .addOption(new Option('--format <format>', 'how they are written').choices(bulkLoadFormats).default('csv'))
    .option('--contact <id>', 'only those of one contact')
    .option('--deleted', 'the deleted records instead of the present ones')
    .action(async ({ tenant, format, contact, deleted }: Options) => {
      await perform(async (services) => {
        const ctx = await tenantContext(services, tenant, commandLineCaller());
        const filter = { ...(contact === undefined ? {} : { contact_id: contact }), ...(deleted ? { deleted } : {}) };
        const { pieces } = await exportStoredPaymentMethods(ctx, { format, ...filter });
        for await (const piece of pieces) if (!(await print(piece))) break;
        return { document: { tenantId: tenant }, text: '', isPrinted: true };
      });
    });
