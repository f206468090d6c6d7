import { dirname } from 'node:path';
import type { Config } from '../config.ts';

/** What the operating system says of a place that cannot be used, and what to do about it. */
const remedies: ReadonlyMap<unknown, string> = new Map([
  ['ENOSPC', 'is on a full disk; free some space and start again'],
  ['EDQUOT', 'is on a disk whose quota is used up; free some space and start again'],
  ['EROFS', 'is on a disk that cannot be written to; set it to another place'],
  ['EACCES', 'cannot be used by this user; give it the right to write there, or set it to another place'],
  ['EPERM', 'cannot be used by this user; give it the right to write there, or set it to another place'],
  ['EEXIST', 'is not a directory; set it to one'],
  ['ENOTDIR', 'is not a directory; set it to one'],
  ['ENOENT', 'cannot be made; set it to another place'],
]);

/** Why the server cannot start, in a sentence for whoever started it; `config` is null before it was read. */
export function startFailureSentence(error: unknown, config: Config | null): string {
  if (!(error instanceof Error)) return 'it is not known why';
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const remedy = remedies.get(code);
  // What fails in the middle of writing has no path; all that a start writes at length goes there.
  const place = syscall === 'write' ? config?.dataDir : path;
  const setting = config !== null && place !== undefined ? settingOf(place, config) : null;
  if (remedy !== undefined && setting !== null) return `${setting} ${remedy}`;
  return error.message || code || error.name;
}

/** The setting that names the place, if one does: a failure may name what lies in it, or what it lies in. */
function settingOf(path: string, { dataDir, masterKeyFile }: Config): string | null {
  const touches = (place: string) => `${path}/`.startsWith(`${place}/`) || `${place}/`.startsWith(`${path}/`);
  if (touches(dataDir)) return `DATA_DIR (${dataDir})`;
  return touches(dirname(masterKeyFile)) ? `MASTER_KEY_FILE (${masterKeyFile})` : null;
}
