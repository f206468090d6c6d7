import { open } from 'node:fs/promises';

/** A new name is on disk only after its directory is. */
export async function syncDirectory(directory: string): Promise<void> {
  const opened = await open(directory, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}
