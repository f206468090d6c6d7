import type { Services } from '../../context.ts';
import { deriveKey } from '../../crypto/derived-key.ts';
import type { DataKey } from '../../crypto/envelope.ts';
import { keyedHash, sameHash } from '../../crypto/keyed-hash.ts';
import { OnfileError } from '../../errors.ts';
import type { TenantKeys } from '../../keys/tenant-keys.ts';
import { type FileRow, findFiles } from '../../store/files.ts';
import { isTenantId } from '../tenants/tenant-id.ts';
import { type FileSecrets, openFileSecrets } from './sealed.ts';

/** How long a link to upload can be used, and one to download. */
export const uploadMs = 15 * 60_000;
export const downloadMs = 5 * 60_000;

export type LinkPurpose = 'upload' | 'download';
type Granted = Pick<FileRow, 'file_id' | 'size' | 'media_type'>;

const macOf = ({ key }: DataKey, text: string): string =>
  keyedHash(deriveKey(key, 'file links'), text).toString('base64url');

/**
 * A link of ours to the bytes of a file. What it permits stands in it: purpose, tenant, file, end, size and type, under
 * an HMAC-SHA-256 with a key of the tenant's.
 */
export function linkTo(
  ctx: Pick<Services, 'publicUrl'> & { tenant: { tenantId: string }; keys: TenantKeys },
  purpose: LinkPurpose,
  file: Granted,
  expiresAt: Date,
): string {
  const granted = [purpose, ctx.tenant.tenantId, file.file_id, expiresAt.getTime(), file.size, file.media_type];
  const text = Buffer.from(JSON.stringify(granted)).toString('base64url');
  return `${ctx.publicUrl()}/file-links/${text}.${macOf(ctx.keys.wrapping, text)}`;
}

const invalid = () => new OnfileError('errormessage.file.link.invalid');

const isText = (value: unknown): value is string => typeof value === 'string';

function grantedBy(text: string): [string, string, string, number, number, string] {
  try {
    const granted: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(granted) || granted.length !== 6) throw invalid();
    const [purpose, tenantId, fileId, until, size, type] = granted as unknown[];
    if (![purpose, tenantId, fileId, type].every(isText) || ![until, size].every(Number.isSafeInteger)) throw invalid();
    return granted as [string, string, string, number, number, string];
  } catch {
    throw invalid();
  }
}

/** Whose file a token says that it is for, which proves nothing. Throws 403 for what is no token. */
export const tenantNamedBy = (token: string): string => grantedBy(token.split('.', 1)[0] ?? '')[1];

/** A file as a link leads to it. */
export type LinkedFile = { tenantId: string; row: FileRow; secrets: FileSecrets };

/**
 * The file that a token of ours permits this purpose for. Throws 403, always the same one, for a token that is forged,
 * over, of another purpose, or of a file that it is of no use for any more.
 */
export async function followLink(services: Services, purpose: LinkPurpose, token: string): Promise<LinkedFile> {
  const [text = '', mac = '', ...rest] = token.split('.');
  const [grantedPurpose, tenantId, fileId, until, size, mediaType] = grantedBy(text);
  const isKnown = rest.length === 0 && isTenantId(tenantId) && (await services.tenantById(tenantId)) !== null;
  if (!isKnown) throw invalid();
  const keys = await services.keysOf(tenantId);
  // As texts: several texts of base64 stand for the same bytes.
  const isOurs = keys.every('wrapping').some((key) => sameHash(Buffer.from(mac), Buffer.from(macOf(key, text))));
  if (!isOurs) throw invalid();
  if (grantedPurpose !== purpose || services.now().getTime() >= until) throw invalid();
  const [row] = await findFiles(services.db, tenantId, [fileId]);
  const isOfUse = row?.state === (purpose === 'upload' ? 'awaiting_upload' : 'stored');
  if (!row || !isOfUse || row.size !== size || row.media_type !== mediaType) throw invalid();
  return { tenantId, row, secrets: openFileSecrets({ tenant: { tenantId }, keys }, row) };
}
