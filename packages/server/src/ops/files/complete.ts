import type { Readable } from 'node:stream';
import { type FilePlace, StorageUnavailable, type Upload } from '../../connectors/files/file-storage.ts';
import type { Context } from '../../context.ts';
import type { File } from '../../contract/file.ts';
import { enumArgument, OnfileError } from '../../errors.ts';
import { claimCheck, type FileRefusal, type FoundFile, releaseCheck, settleFile } from '../../store/files.ts';
import { insertTrail } from '../../store/trail.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { findFile } from './find.ts';
import { type Inspected, inspectBytes } from './inspect.ts';
import { placeOf, presentFile } from './present.ts';
import { type FileSecrets, openFileSecrets } from './sealed.ts';
import { fromStorage } from './storage-failure.ts';
import { fileTrail } from './trail.ts';

/** Reading the bytes and scanning them together may take so long; the claim outlasts it and the calls around it. */
const checkMs = 45_000;
const claimMs = checkMs + 75_000;

type Checked = Inspected & { scanned: boolean };

const refused = (refusal: FileRefusal) =>
  new OnfileError('errormessage.file.refused', { args: [enumArgument(refusal)] });
const overtaken = () => new OnfileError('errormessage.concurrent.modification');

/**
 * Looks at what was uploaded and keeps it when it is what was announced; a file that is stored already is answered as
 * it is. Throws 409 when nothing was uploaded, when it is refused, which is for good, or while another call looks.
 */
export const completeFile = operation(
  'STORED_PAYMENT_METHOD_WRITE',
  async (ctx: Context, { id }: { id: string }): Promise<File> => {
    const file = await findFile(ctx, id);
    const secrets = openFileSecrets(ctx, file);
    if (file.refusal) throw refused(file.refusal);
    if (file.state === 'stored') return presentFile(file, secrets);
    const { tenantId } = ctx.tenant;
    const now = ctx.now();
    const until = new Date(now.getTime() + claimMs);
    if (!(await claimCheck(ctx.db, tenantId, id, { now, until }))) throw overtaken();
    try {
      return await fromStorage(() => settle(ctx, file, secrets, until));
    } catch (error) {
      await releaseCheck(ctx.db, tenantId, id, until);
      throw error;
    }
  },
);

async function settle(ctx: Context, file: FoundFile, secrets: FileSecrets, claimedUntil: Date): Promise<File> {
  const place = placeOf(ctx.tenant.tenantId, file, secrets);
  const upload = await ctx.fileStorage.findUpload(place);
  if (!upload) throw new OnfileError('errormessage.file.not.uploaded');
  const checked = await checkUpload(ctx, file, place, upload);
  if (!checked.refusal && !(await ctx.fileStorage.keepUpload(place, upload))) throw overtaken();
  const shown = await writeOutcome(ctx, file, secrets, { ...checked, claimedUntil });
  // It is of no use any more; should it stay, it goes with the file.
  await ctx.fileStorage.removeUpload(place).catch(() => undefined);
  if (checked.refusal) throw refused(checked.refusal);
  return shown;
}

async function checkUpload(ctx: Context, file: FoundFile, place: FilePlace, upload: Upload): Promise<Checked> {
  const signal = AbortSignal.timeout(checkMs);
  const read = async (): Promise<Readable> => {
    const bytes = await ctx.fileStorage.readUpload(place, upload);
    signal.addEventListener('abort', () => bytes.destroy(new StorageUnavailable(signal.reason)), { once: true });
    return bytes;
  };
  const inspected =
    upload.size === file.size
      ? await inspectBytes(await read(), file)
      : { refusal: 'SIZE' as const, sha256: Buffer.alloc(0) };
  if (inspected.refusal || !ctx.scanFile) return { ...inspected, scanned: false };
  const verdict = await ctx.scanFile(await read(), { size: file.size, signal });
  if (verdict === 'clean') return { ...inspected, scanned: true };
  return { ...inspected, refusal: verdict === 'infected' ? 'INFECTED' : 'NOT_SCANNED', scanned: verdict !== null };
}

async function writeOutcome(
  ctx: Context,
  file: FoundFile,
  secrets: FileSecrets,
  { refusal, sha256, scanned, claimedUntil }: Checked & { claimedUntil: Date },
): Promise<File> {
  const at = ctx.now();
  const settled = refusal
    ? ({ state: 'refused', sha256: file.sha256, refusal, scanned } as const)
    : ({ state: 'stored', sha256, refusal: null, scanned } as const);
  const shown = presentFile({ ...file, ...settled }, secrets);
  const action = refusal ? 'file.refused' : 'file.stored';
  const trail = fileTrail(ctx, file, { action, at, details: shown });
  await ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
    if (!(await settleFile(tx, file.file_id, claimedUntil, settled))) throw overtaken();
    await insertTrail(tx, trail);
    if (!refusal) await keepAnswerIn(tx, ctx, shown);
  });
  return shown;
}
