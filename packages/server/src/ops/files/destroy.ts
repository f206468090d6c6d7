import type { Context } from '../../context.ts';
import {
  clearFilesMark,
  type DoomedFile,
  deleteRemovedFile,
  holdRecordOfFile,
  listDoomedFiles,
  postponeDestruction,
  retireFile,
  shredFile,
} from '../../store/file-destruction.ts';
import { insertTrail } from '../../store/trail.ts';
import { uploadMs } from './links.ts';
import { fileTrail } from './trail.ts';

const filesAtOnce = 200;
const retryMs = 5 * 60_000;
/** A link to upload may be used once more after the file is gone; what it brings is removed after this. */
const afterlifeMs = uploadMs + 5 * 60_000;

/**
 * Destroys the files whose time is over: those that no record came to refer to, and those of earlier versions and of
 * deleted records after the tenant's retention. First out of use, then the bytes, then the row: a crash in between
 * leaves what the next round goes on with. Throws what the storage threw, with the others still to come.
 */
export async function destroyFiles(ctx: Context): Promise<void> {
  const { tenantId } = ctx.tenant;
  const now = ctx.now();
  for (const file of await listDoomedFiles(ctx.db, tenantId, now, filesAtOnce)) {
    try {
      await destroyFile(ctx, file, now);
    } catch (error) {
      await postponeDestruction(ctx.db, tenantId, file.file_id, new Date(now.getTime() + retryMs));
      throw error;
    }
  }
}

async function destroyFile(ctx: Context, file: DoomedFile, now: Date): Promise<void> {
  const { tenantId } = ctx.tenant;
  const isRemoved = file.state === 'removed';
  if (!isRemoved && !(await retireFile(ctx.db, tenantId, file.file_id, now))) return;
  await ctx.fileStorage.remove({ tenantId, fileId: file.file_id });
  const trail = fileTrail(ctx, file, { action: 'file.destroyed', at: now, details: { record_id: file.record_id } });
  await ctx.db.transaction(tenantId, async (tx) => {
    if (file.record_id !== null) await holdRecordOfFile(tx, file.record_id);
    if (isRemoved) await deleteRemovedFile(tx, file.file_id);
    else if (await shredFile(tx, file.file_id, new Date(now.getTime() + afterlifeMs))) await insertTrail(tx, trail);
    if (file.record_id !== null) await clearFilesMark(tx, file.record_id);
  });
}
