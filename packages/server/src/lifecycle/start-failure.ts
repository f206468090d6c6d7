import type { Config } from '../config.ts';

/** What the operating system says of a directory that cannot be used, and what to do about it. */
const remedies: ReadonlyMap<unknown, string> = new Map([
  ['ENOSPC', 'is on a full disk; free some space'],
  ['EDQUOT', 'is on a disk whose quota is used up; free some space'],
  ['EROFS', 'is on a disk that cannot be written to; set DATA_DIR to another directory'],
  ['EACCES', 'cannot be written to by this user; give it the right, or set DATA_DIR to another directory'],
  ['EPERM', 'cannot be written to by this user; give it the right, or set DATA_DIR to another directory'],
  ['EEXIST', 'is not a directory; set DATA_DIR to one'],
  ['ENOTDIR', 'is not a directory; set DATA_DIR to one'],
  ['ENOENT', 'cannot be made; set DATA_DIR to another directory'],
]);

/** Why the server cannot start, in a sentence for whoever started it. */
export function startFailureSentence(error: unknown, config: Pick<Config, 'dataDir'> | null): string {
  if (!(error instanceof Error)) return 'for an unknown reason';
  const isSystemError = 'syscall' in error && 'path' in error;
  const remedy = isSystemError && 'code' in error ? remedies.get(error.code) : undefined;
  if (remedy !== undefined && config !== null) return `the data directory ${config.dataDir} ${remedy}`;
  return error.message || error.name;
}
