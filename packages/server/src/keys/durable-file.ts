import { randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../sync-directory.ts';
import { hasCode } from '../system-error.ts';
import { MasterKeyFailure } from './master-key-failure.ts';

const ownerAlone = 0o600;

/** A new file of mode 0600, complete and on disk before it has its name; an existing one is left as it is. */
export async function createFileDurably(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await withDraft(path, text, async (draft) => {
    await link(draft, path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  });
}

/**
 * The file with another content, for whoever could read it before: never half of it, never neither. Throws a sentence
 * where it cannot be replaced, as on a mount that is read-only.
 */
export async function replaceFileDurably(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path);
    const { mode, uid, gid } = await stat(target);
    const keepOwner = async (file: FileHandle) => {
      const own = await file.stat();
      if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid);
      await file.chmod(mode & 0o7777);
    };
    await withDraft(target, text, (draft) => rename(draft, target), keepOwner);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'failed';
    throw new MasterKeyFailure(
      'refused',
      code,
      `the master key file ${path} cannot be replaced (${code}); run the command as the account that owns it, where its directory can be written to`,
      cause,
    );
  }
}

/** Writes a draft beside the file, lets it take its place, and leaves nothing behind. */
async function withDraft(
  path: string,
  text: string,
  put: (draft: string) => Promise<void>,
  prepare: (file: FileHandle) => Promise<void> = async () => {},
): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', ownerAlone);
  try {
    await prepare(file);
    await file.writeFile(text);
    await file.sync();
    await put(draft);
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
  await syncDirectory(dirname(path));
}
