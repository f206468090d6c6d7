import type { Context } from '../../context.ts';
import type { ConfigurationDocument, RestoreConflict } from '../../contract/configuration-snapshot.ts';
import { applyChange } from './apply-change.ts';
import { copyContacts } from './copy-contacts.ts';
import { copyRecords } from './copy-records.ts';
import type { RestoreLedger, Tally } from './ledger.ts';
import { restoreConfiguration } from './restore-configuration.ts';
import { sandboxContext, sandboxDocument } from './sandbox.ts';
import type { Restoration } from './task.ts';

/**
 * Fills a sandbox. It is written in its own transactions, and how far that got is kept in those of the tenant that
 * ordered it: what a crash in between repeats finds itself done, and counts what is there.
 */
export async function fillSandbox(
  ctx: Context,
  ledger: RestoreLedger,
  order: Restoration,
  { tenantId, name }: NonNullable<Restoration['sandbox']>,
): Promise<void> {
  const sandbox = await sandboxContext(ctx, tenantId);
  if (ledger.progress.phase === 'configuration') {
    const document = sandboxDocument(order.document, name);
    const conflicts = await restoreConfiguration(sandbox, document, async (change) => {
      await applyChange(sandbox, change);
      // The task stays this worker's for as long as it gets on.
      await ledger.commit({}, async () => ({}));
    });
    const phase = order.withRecords ? 'contacts' : 'records';
    await ledger.commit({ phase }, async () => ({ ...tallyOf(document, conflicts), conflicts }));
  }
  if (!order.withRecords) return;
  if (ledger.progress.phase === 'contacts') {
    await copyContacts(ctx, sandbox, ledger, order);
    await ledger.commit({ phase: 'records', after: '' }, async () => ({}));
  }
  await copyRecords(ctx, sandbox, ledger, order);
}

/** What the sandbox has by now of the document. */
function tallyOf(document: ConfigurationDocument, conflicts: readonly RestoreConflict[]): Tally {
  const had = (resource: RestoreConflict['resource'], ids: readonly string[]): number =>
    ids.filter((id) => !conflicts.some((conflict) => conflict.resource === resource && conflict.id === id)).length;
  const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id);
  return {
    counts: {
      settings: had('settings', ['settings']),
      custom_fields: had('custom_field', idsOf(document.custom_fields)),
      merchant_accounts: had('merchant_account', idsOf(document.merchant_accounts)),
    },
  };
}
