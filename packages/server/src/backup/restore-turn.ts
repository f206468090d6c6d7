import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { syncDirectory } from '../sync-directory.ts';
import { hasCode } from '../system-error.ts';

/** Stands in a data directory for as long as what was restored into it is not complete; `.2` is of the next try. */
const markName = 'unfinished-restore';
/** Tells two restores of one process from that of a process before it with the same number. */
const ofThisProcess = randomUUID();

const isMark = (name: string): boolean => name.startsWith(markName);
const nameOf = (turn: number): string => (turn === 1 ? markName : `${markName}.${turn}`);
const turnOf = (name: string): number => (name === markName ? 1 : Number(name.slice(markName.length + 1)) || 0);

/** What a try of a restore found when it was its turn. */
export type RestoreTurn = {
  turn: number;
  /** All that lies in the directory but marks. */
  names: string[];
};

/** The names of the marks in a data directory: none where what it holds is complete. */
export const listRestoreMarks = async (dataDirectory: string): Promise<string[]> =>
  (await readdir(dataDirectory).catch(ifGone)).filter(isMark);

/**
 * Marks the directory as one that a restore is at work on; of several tries at once one gets its turn. A mark is never
 * taken away or replaced: whoever goes on after a restore that was killed adds one. Throws a sentence for the others.
 */
export async function takeRestoreTurn(dataDirectory: string): Promise<RestoreTurn> {
  const before = Math.max(0, ...(await listRestoreMarks(dataDirectory)).map(turnOf));
  if (before > 0 && (await isAtWork(join(dataDirectory, nameOf(before))))) throw inUse(dataDirectory);
  const turn = before + 1;
  const draft = join(dataDirectory, `${markName}-${randomUUID()}`);
  try {
    await writeFile(draft, `${process.pid} ${ofThisProcess}\n`, { mode: 0o600, flush: true });
    await link(draft, join(dataDirectory, nameOf(turn)));
  } catch (error) {
    throw hasCode(error, 'EEXIST', 'ENOENT') ? inUse(dataDirectory) : error;
  } finally {
    await rm(draft, { force: true });
  }
  await syncDirectory(dataDirectory);
  const names = await readdir(dataDirectory);
  if (before > 0 && !names.includes(nameOf(before))) {
    // The one before came to its end in this very moment: what lies here is complete.
    await rm(join(dataDirectory, nameOf(turn)));
    throw inUse(dataDirectory);
  }
  return { turn, names: names.filter((name) => !isMark(name)) };
}

/** Ends a turn: the directory is like any other. Its own mark goes last, so that nobody takes it for one left behind. */
export async function endRestoreTurn(dataDirectory: string, { turn }: RestoreTurn): Promise<void> {
  const marks = (await listRestoreMarks(dataDirectory)).toSorted((one, other) => turnOf(one) - turnOf(other));
  for (const mark of marks.filter((name) => name !== nameOf(turn)))
    await rm(join(dataDirectory, mark), { force: true });
  await rm(join(dataDirectory, nameOf(turn)));
  await syncDirectory(dataDirectory);
}

/** Whether the restore that made a mark is alive. One that is gone meanwhile is left to whoever looks next. */
async function isAtWork(mark: string): Promise<boolean> {
  const [pid = '', id] = (await readFile(mark, 'utf8').catch(() => '')).trim().split(' ');
  if (Number(pid) === process.pid) return id === ofThisProcess;
  return pid !== '' && (await commandOf(pid)).includes('restore');
}

/** The command line of a process; nothing of one that has ended. After a crash the number may be any other's. */
async function commandOf(pid: string): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const ps = promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', pid]);
  return ps.then(
    ({ stdout }) => stdout,
    () => '',
  );
}

const inUse = (dataDirectory: string): Error =>
  new Error(`another restore is at work on ${dataDirectory}; let it come to its end, or name another directory`);

function ifGone(error: unknown): string[] {
  if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
  throw error;
}
