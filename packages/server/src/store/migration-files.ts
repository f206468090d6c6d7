import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `name` is the file's, such as `0001-tenants`; `checksum` is the SHA-256 of its bytes in hex. */
export type Migration = { number: number; name: string; sql: string; checksum: string };

const fileName = /^(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.sql$/;

/** Reads `0001-….sql`, `0002-….sql`, … in order. Throws when a name is of another form or a number missing or double. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(
    files.map(async (file, index) => {
      const number = index + 1;
      if (Number(fileName.exec(file)?.[1]) !== number) {
        throw new Error(`migration ${file} should be number ${number}, named ${String(number).padStart(4, '0')}-….sql`);
      }
      const bytes = await readFile(join(directory, file));
      const checksum = createHash('sha256').update(bytes).digest('hex');
      return { number, name: file.slice(0, -'.sql'.length), sql: bytes.toString(), checksum };
    }),
  );
}
