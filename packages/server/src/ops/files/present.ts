import type { FilePlace } from '../../connectors/files/file-storage.ts';
import type { Context } from '../../context.ts';
import type { File } from '../../contract/file.ts';
import type { FileRow } from '../../store/files.ts';
import { attachment } from './disposition.ts';
import { downloadMs, linkTo } from './links.ts';
import type { FileSecrets } from './sealed.ts';
import { urnOfFile } from './urn.ts';

export const placeOf = (tenantId: string, row: Pick<FileRow, 'file_id'>, { dataKey }: FileSecrets): FilePlace => ({
  tenantId,
  fileId: row.file_id,
  dataKey,
});

/** The file as the Records API shows it, without a link. */
export function presentFile(row: FileRow, { name }: FileSecrets): File {
  return {
    id: row.file_id,
    state: row.state === 'awaiting_upload' || row.state === 'refused' ? row.state : 'stored',
    file_name: name,
    media_type: row.media_type,
    size: row.size,
    sha256: row.sha256?.toString('hex'),
    scanned: row.scanned,
    refusal: row.refusal ?? undefined,
    custom_field_id: row.custom_field_id ?? undefined,
    file_url_value: urnOfFile(row.file_id),
    stored_payment_method_id: row.record_id ?? undefined,
    kept_until: row.destroy_after?.toISOString(),
    sys_created_at: row.created_at.toISOString(),
    sys_created_by_id: row.created_by_id,
  };
}

/** A link by which whoever has it gets the bytes, for five minutes. */
export async function downloadOf(ctx: Context, row: FileRow, secrets: FileSecrets): Promise<File['download']> {
  const now = ctx.now();
  const expiresAt = new Date(now.getTime() + downloadMs);
  const url = ctx.fileStorage.hasLinks
    ? await ctx.fileStorage.downloadLink(placeOf(ctx.tenant.tenantId, row, secrets), {
        mediaType: row.media_type,
        disposition: attachment(secrets.name),
        expiresAt,
        now,
      })
    : linkTo(ctx, 'download', row, expiresAt);
  return { url, expires_at: expiresAt.toISOString() };
}
