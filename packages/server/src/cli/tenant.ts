import { Command, Option } from 'commander';
import type { Config } from '../config.ts';
import { createTenant } from '../ops/tenants/create.ts';
import { listTenants } from '../ops/tenants/list.ts';
import { liveModeFaults } from '../ops/tenants/live-mode.ts';
import { type TenantCreation, tenantDefaults } from '../ops/tenants/rules.ts';
import type { Perform } from './answer.ts';
import { asSentence, CommandFailure } from './failure.ts';
import { commandLineCaller } from './installation.ts';
import { countOption } from './option-values.ts';
import { table } from './table.ts';
import { addSettingsCommands } from './tenant-settings.ts';

type CreateOptions = Omit<TenantCreation, 'tenantId' | 'rateLimitPerMinute'> & { rateLimit?: number };

/** `onfile tenant`: the organisations that this installation serves. */
export function tenantCommands(perform: Perform): Command {
  const tenant = new Command('tenant').description('merchant organisations');

  tenant
    .command('create')
    .description('make a tenant with its keys')
    .argument('<id>', 'small letters, digits and hyphens, 2 to 63')
    .option('--name <name>', 'what people call it; the id when left out')
    .addOption(
      new Option('--mode <mode>', 'whether real cards are taken')
        .choices(['test', 'live'])
        .default(tenantDefaults.mode),
    )
    .option('--locale <locale>', 'such as de or de-CH', tenantDefaults.locale)
    .option('--country <country>', 'ISO 3166-1, two letters', tenantDefaults.country)
    .option('--currency <currency>', 'ISO 4217', tenantDefaults.currency)
    .option('--time-zone <zone>', 'IANA id, such as Europe/Berlin', tenantDefaults.timeZone)
    .option('--rate-limit <requests>', 'a minute; as the server is set up when left out', countOption)
    .action(async (tenantId: string, { rateLimit, ...options }: CreateOptions) => {
      await perform(async (services) => {
        if (options.mode === 'live') refuseUnfit(services.config);
        const input = { ...options, tenantId, ...(rateLimit !== undefined && { rateLimitPerMinute: rateLimit }) };
        const created = await createTenant(services, input, commandLineCaller());
        return { document: created, text: `Tenant ${tenantId} was created, in ${created.mode} mode.` };
      });
    });

  tenant
    .command('list')
    .description('list the tenants')
    .action(async () => {
      await perform(async (services) => {
        const tenants = await listTenants(services);
        const rows = tenants.map((row) => [row.tenantId, row.mode, row.locale, row.country, row.currency, row.name]);
        return {
          document: { tenants },
          text: table(['id', 'mode', 'locale', 'country', 'currency', 'name'], rows),
        };
      });
    });

  addSettingsCommands(tenant, perform);
  return tenant;
}

/** The settings are the server's too. It answers a tenant in live mode with 503 should its own be others. */
function refuseUnfit(config: Config): void {
  const faults = liveModeFaults(config);
  if (faults.length === 0) return;
  const sentence = `Live mode is not for this installation as it is set up: ${faults.join('. And ')}`;
  throw new CommandFailure('live-mode', asSentence(sentence));
}
