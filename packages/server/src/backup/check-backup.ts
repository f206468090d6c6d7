import type { MasterKeyProvider } from '../keys/master-key.ts';
import { readBackupFile } from './backup-file.ts';
import type { Header } from './backup-header.ts';
import { type Contents, readContents } from './read-contents.ts';

export type CheckedBackup = Contents & { header: Header; bytes: number };

/** Reads a backup from one end to the other and keeps nothing of it. Throws a sentence when it would not restore. */
export async function checkBackup(
  path: string,
  masterKey: MasterKeyProvider,
  onBytes: (read: number, length: number) => void,
): Promise<CheckedBackup> {
  const nothing = async (): Promise<void> => {};
  const contents = readContents({ begin: nothing, table: nothing, file: nothing });
  const { header, bytes } = await readBackupFile({ path, masterKey, take: contents.take, onBytes });
  return { ...contents.finish(), header, bytes };
}
