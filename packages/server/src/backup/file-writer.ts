import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../sync-directory.ts';

/** Writes files from their parts, which come one after the other. */
export type FileWriter = {
  write(name: string, bytes: Buffer): Promise<void>;
  /** Until then the last file may not be on disk. */
  end(): Promise<void>;
};

/** Below `directory`, which is made when the first file comes; everything belongs to this account alone. */
export function writeFiles(directory: string): FileWriter {
  let current: { name: string; file: FileHandle } | null = null;

  async function end(): Promise<void> {
    if (!current) return;
    const { name, file } = current;
    current = null;
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await syncDirectory(dirname(join(directory, name)));
  }
  return {
    async write(name, bytes) {
      if (current?.name !== name) {
        await end();
        const path = join(directory, name);
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        current = { name, file: await open(path, 'wx', 0o600) };
      }
      await current.file.writeFile(bytes);
    },
    end,
  };
}
