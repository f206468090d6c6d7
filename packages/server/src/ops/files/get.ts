import type { Context } from '../../context.ts';
import type { File } from '../../contract/file.ts';
import { insertTrail } from '../../store/trail.ts';
import { operation } from '../operation.ts';
import { findFile } from './find.ts';
import { downloadOf, presentFile } from './present.ts';
import { openFileSecrets } from './sealed.ts';
import { fromStorage } from './storage-failure.ts';
import { fileTrail } from './trail.ts';

/** A file, with a link to its bytes once it is stored; that one was given is audited. Throws 404 for an unknown id. */
export const getFile = operation(
  'STORED_PAYMENT_METHOD_READ',
  async (ctx: Context, { id }: { id: string }): Promise<File> => {
    const file = await findFile(ctx, id);
    const secrets = openFileSecrets(ctx, file);
    const shown = presentFile(file, secrets);
    if (file.state !== 'stored') return shown;
    const download = await fromStorage(() => downloadOf(ctx, file, secrets));
    const trail = fileTrail(ctx, file, { action: 'file.link_given', at: ctx.now(), details: shown });
    await ctx.db.transaction(ctx.tenant.tenantId, (tx) => insertTrail(tx, trail));
    return { ...shown, download };
  },
);
