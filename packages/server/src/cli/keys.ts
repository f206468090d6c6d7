import { Command } from 'commander';
import type { Services } from '../context.ts';
import { listKeys } from '../ops/keys/list-keys.ts';
import { type KeyPart, rotateKeys } from '../ops/keys/rotate-keys.ts';
import { graceMs } from '../ops/keys/rotation.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import { listTenantIds } from '../store/tenants.ts';
import type { Answer, Perform } from './answer.ts';
import { CommandFailure } from './failure.ts';
import { commandLineCaller } from './installation.ts';
import { listenForInterruption } from './interruption.ts';
import { isRotationFailure, keysText, rotationText } from './keys-text.ts';
import { durationOption } from './option-values.ts';
import { progressBar } from './progress-bar.ts';

type RotateOptions = { tenant?: string; grace?: number } & Partial<Record<keyof typeof partOf, true>>;

/** What each option names; all are rotated when none is given. */
const partOf = { master: 'master', tenants: 'tenant', customers: 'customers' } as const satisfies Record<
  string,
  KeyPart
>;

/** `onfile keys`: what everything is sealed, hashed and signed with. API keys are `onfile key`. */
export function keysCommands(perform: Perform): Command {
  const keys = new Command('keys').description('encryption keys: of the installation, of tenants and of customers');

  keys
    .command('rotate')
    .description('put new keys in the place of those in use, while servers serve; run again, it goes on')
    .option('--tenant <id>', 'of this tenant and its customers only, and not the master key')
    .option('--master', 'the master key; without it and the next two, all are rotated')
    .option('--tenants', 'the tenants’ own keys')
    .option('--customers', 'the customers’ data keys')
    .option('--grace <time>', 'how long a request may take that began under the keys before; 2m', durationOption)
    .action(async (options: RotateOptions) => {
      if (options.tenant !== undefined && options.master) {
        throw new CommandFailure('usage', 'The master key is of every tenant: leave --tenant out, or master.');
      }
      await perform((services) => rotate(services, options));
    });

  keys
    .command('list')
    .description('list the keys with their purpose, age and state; never what they are made of')
    .option('--tenant <id>', 'whose keys; every tenant’s when left out')
    .action(async ({ tenant }: { tenant?: string }) => {
      await perform(async (services) => {
        const tenantIds = tenant === undefined ? await listTenantIds(services.db) : [tenant];
        const tenants = [];
        for (const tenantId of tenantIds) {
          tenants.push(await listKeys(await tenantContext(services, tenantId, commandLineCaller())));
        }
        return { document: { tenants }, text: tenants.map(keysText).join('\n\n') || 'There is no tenant yet.' };
      });
    });

  return keys;
}

/** Of one tenant there is no master key to rotate. */
function partsOf(options: RotateOptions): KeyPart[] {
  const names = ['master', 'tenants', 'customers'] as const;
  const named = names.filter((name) => options[name]);
  const wanted = named.length > 0 ? named : names.filter((name) => name !== 'master' || options.tenant === undefined);
  return wanted.map((name) => partOf[name]);
}

async function rotate(services: Services, options: RotateOptions): Promise<Answer> {
  const { tenant, grace } = options;
  const bar = progressBar();
  const interruption = listenForInterruption();
  const asked = interruption.signal;
  try {
    const rotation = await rotateKeys(services, commandLineCaller(), {
      tenantId: tenant,
      parts: partsOf(options),
      graceMs: grace ?? graceMs,
      signal: asked,
      onProgress: (tenantId, stage, done, total) =>
        bar.show(stageText[stage], done, total ?? undefined, tenantId ?? ''),
    });
    return { document: rotation, text: rotationText(rotation), isFailure: isRotationFailure(rotation) };
  } catch (error) {
    if (!asked.aborted) throw error;
    throw new CommandFailure('interrupted', 'The rotation was interrupted. Run the same command again: it goes on.');
  } finally {
    bar.end();
    interruption.end();
  }
}

const stageText = {
  master: 'master key',
  waiting: 'waiting for requests that use the keys before',
  tenant: 'tenant’s keys',
  customers: 'customers’ keys',
  stragglers: 'what requests left under the keys before',
} as const;
