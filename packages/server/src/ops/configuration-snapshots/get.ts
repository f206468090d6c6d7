import type { Context } from '../../context.ts';
import type { ConfigurationSnapshot } from '../../contract/configuration-snapshot.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { findSnapshot } from './find.ts';
import { presentSnapshot } from './present.ts';

/** One snapshot with its document. Throws 404 when the tenant has none of that id. */
export const getConfigurationSnapshot = operation(
  'SNAPSHOT_READ',
  async (ctx: Context, { id }: { id: string }): Promise<ConfigurationSnapshot> => {
    refuseLimitedCaller(ctx, 'SNAPSHOT_READ');
    return presentSnapshot(await findSnapshot(ctx, id));
  },
);
