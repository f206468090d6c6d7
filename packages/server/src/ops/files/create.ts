import type { Context } from '../../context.ts';
import type { AnnouncedFile, File } from '../../contract/file.ts';
import { type FileRow, insertFile } from '../../store/files.ts';
import { insertTrail } from '../../store/trail.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { linkTo, uploadMs } from './links.ts';
import { placeOf, presentFile } from './present.ts';
import { checkAnnouncement } from './rules.ts';
import { type FileSecrets, newFileSecrets } from './sealed.ts';
import { fileTrail } from './trail.ts';
import { newFileId } from './urn.ts';

/** How long a file stays that no record refers to. */
const unusedMs = 24 * 3_600_000;

/** Announces a file and answers where its bytes are to be put. Throws 400 for a name, size or type that may not be. */
export const createFile = operation(
  'STORED_PAYMENT_METHOD_WRITE',
  async (ctx: Context, { body }: { body: AnnouncedFile }): Promise<File> => {
    await checkAnnouncement(ctx, body);
    const now = ctx.now();
    const fileId = newFileId();
    const { secrets, sealed } = newFileSecrets(ctx, fileId, body.file_name);
    const row: FileRow = {
      file_id: fileId,
      state: 'awaiting_upload',
      media_type: body.media_type,
      size: body.size,
      sha256: body.sha256 === undefined ? null : Buffer.from(body.sha256, 'hex'),
      refusal: null,
      scanned: false,
      custom_field_id: body.custom_field_id ?? null,
      sealed,
      created_at: now,
      created_by_id: ctx.caller.id,
      created_for_contact: ctx.caller.contactId ?? null,
      record_id: null,
      destroy_after: new Date(now.getTime() + unusedMs),
    };
    const shown = { ...presentFile(row, secrets), upload: await uploadOf(ctx, row, secrets) };
    const trail = fileTrail(ctx, row, { action: 'file.announced', at: now, details: presentFile(row, secrets) });
    return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      await insertFile(tx, row);
      await insertTrail(tx, trail);
      await keepAnswerIn(tx, ctx, shown);
      return shown;
    });
  },
);

async function uploadOf(ctx: Context, row: FileRow, secrets: FileSecrets): Promise<File['upload']> {
  const { media_type: mediaType, size, created_at: now } = row;
  const expiresAt = new Date(now.getTime() + uploadMs);
  const { url, headers } = ctx.fileStorage.hasLinks
    ? await ctx.fileStorage.uploadLink(placeOf(ctx.tenant.tenantId, row, secrets), { mediaType, size, expiresAt, now })
    : { url: linkTo(ctx, 'upload', row, expiresAt), headers: { 'content-type': mediaType } };
  return { method: 'PUT', url, headers, expires_at: expiresAt.toISOString() };
}
