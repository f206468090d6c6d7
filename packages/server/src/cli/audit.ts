import { Command } from 'commander';
import type { Services } from '../context.ts';
import { checkpointKeys } from '../ops/audit/checkpoint.ts';
import { exportAudit } from '../ops/audit/export.ts';
import { type Verification, verifyAudit } from '../ops/audit/verify.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import { listTenantIds } from '../store/tenants.ts';
import type { Answer, Perform } from './answer.ts';
import { verificationProgress, verificationText } from './audit-verification.ts';
import { commandLineCaller } from './installation.ts';
import { instantOption } from './option-values.ts';
import { print } from './print.ts';

type ExportOptions = { tenant: string; from?: Date; to?: Date; details?: true };

/** `onfile audit`: whether the audit is as it was written, and all of it as lines. */
export function auditCommands(perform: Perform): Command {
  const audit = new Command('audit').description('who did what: verified, and exported');

  audit
    .command('verify')
    .description('find whatever was changed, removed, inserted or cut off; exits with 1 when something was')
    .option('--tenant <id>', 'whose audit; every tenant’s when left out')
    .action(async ({ tenant }: { tenant?: string }) => {
      await perform(async (services) => {
        const tenantIds = tenant === undefined ? await listTenantIds(services.db) : [tenant];
        const tenants: Verification[] = [];
        for (const tenantId of tenantIds) tenants.push(await verify(services, tenantId));
        return {
          document: { tenants },
          text: tenants.map(verificationText).join('\n') || 'There is no tenant yet.',
          isFailure: tenants.some(({ findingCount }) => findingCount > 0),
        };
      });
    });

  audit
    .command('export')
    .description('print the sealed entries, one JSON object a line, the oldest first')
    .requiredOption('--tenant <id>', 'whose audit')
    .option('--from <date-time>', 'only what was written at or after it', instantOption)
    .option('--to <date-time>', 'only what was written before it', instantOption)
    .option('--details', 'also what was there before and after each change, masked')
    .action(async (options: ExportOptions) => {
      await perform((services) => printExport(services, options));
    });

  audit
    .command('public-key')
    .description('print the keys that verify the checkpoints of a tenant (Ed25519, PEM), the one of now first')
    .requiredOption('--tenant <id>', 'whose audit')
    .action(async ({ tenant }: { tenant: string }) => {
      await perform(async (services) => {
        const { keys } = await tenantContext(services, tenant, commandLineCaller());
        const publicKeys = keys
          .every('audit')
          .map((key) => String(checkpointKeys(key).publicKey.export({ format: 'pem', type: 'spki' })));
        const [publicKey] = publicKeys;
        return { document: { tenantId: tenant, publicKey, publicKeys }, text: publicKeys.join('').trim() };
      });
    });

  return audit;
}

async function verify(services: Services, tenantId: string): Promise<Verification> {
  const ctx = await tenantContext(services, tenantId, commandLineCaller());
  const progress = verificationProgress(tenantId);
  try {
    return await verifyAudit(ctx, { onProgress: (verified) => progress.show(verified) });
  } finally {
    progress.end();
  }
}

async function printExport(services: Services, options: ExportOptions): Promise<Answer> {
  const ctx = await tenantContext(services, options.tenant, commandLineCaller());
  const { from = null, to = null, details: withDetails = false } = options;
  let entries = 0;
  for await (const page of await exportAudit(ctx, { from, to, withDetails })) {
    entries += page.length;
    const lines = page.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    if (!(await print(lines))) break;
  }
  return { document: { tenantId: options.tenant, entries }, text: '', isPrinted: true };
}
