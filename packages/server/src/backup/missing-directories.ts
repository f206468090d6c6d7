import { stat } from 'node:fs/promises';
import type { Config } from '../config.ts';
import { hasCode } from '../system-error.ts';
import type { End } from './contents.ts';

/** A directory that was not where the settings say, and whose files the database tells of. */
export type MissingDirectory = {
  setting: string;
  directory: string;
  kept: 'checkpoint' | 'erasure' | 'file';
  rows: number;
};

/** Each directory with the setting that names it, and the table whose rows have files there. */
const placesOf = (
  config: Config,
): (Omit<MissingDirectory, 'rows'> & { table: 'audit_checkpoints' | 'erasures' | 'files' })[] => [
  {
    setting: 'AUDIT_CHECKPOINT_DIR',
    directory: config.auditCheckpointDir,
    kept: 'checkpoint',
    table: 'audit_checkpoints',
  },
  { setting: 'ERASURE_REGISTER_DIR', directory: config.erasureRegisterDir, kept: 'erasure', table: 'erasures' },
  ...(config.filesS3
    ? []
    : [{ setting: 'FILES_DIR', directory: config.filesDir, kept: 'file' as const, table: 'files' as const }]),
];

/** What a backup with these tables lacks, most likely because it was made with other settings than the server's. */
export async function findMissingDirectories(config: Config, tables: End['tables']): Promise<MissingDirectory[]> {
  const missing: MissingDirectory[] = [];
  for (const { table, ...place } of placesOf(config)) {
    const rows = tables.find(({ name }) => name === table)?.rows ?? 0;
    if (rows > 0 && !(await isThere(place.directory))) missing.push({ ...place, rows });
  }
  return missing;
}

async function isThere(directory: string): Promise<boolean> {
  try {
    return (await stat(directory)).isDirectory();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}
