import type { Context } from '../../context.ts';
import type { ConfigurationDocument, SnapshotComparison } from '../../contract/configuration-snapshot.ts';
import { readConfiguration } from '../../store/configuration.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { differencesOf } from './differences.ts';
import { documentOf } from './document.ts';
import { findSnapshot } from './find.ts';

/**
 * What is different in another snapshot, or in the configuration as it is now. Throws 404 when the tenant has none of
 * those ids.
 *
 * @param input `other` is an id or `current`
 */
export const compareConfigurationSnapshot = operation(
  'SNAPSHOT_READ',
  async (ctx: Context, input: { id: string; other: string }): Promise<SnapshotComparison> => {
    refuseLimitedCaller(ctx, 'SNAPSHOT_READ');
    const { document } = await findSnapshot(ctx, input.id);
    return differencesOf(document, await documentToCompare(ctx, input.other));
  },
);

const documentToCompare = async (ctx: Context, other: string): Promise<ConfigurationDocument> =>
  other === 'current'
    ? documentOf(await readConfiguration(ctx.db, ctx.tenant.tenantId))
    : (await findSnapshot(ctx, other, 'with')).document;
