import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from '../system-error.ts';

export type Postmaster = { pid: number; port: number; isReady: boolean };

/** What `postmaster.pid` says and whether it is true; `stalePid` may meanwhile be the number of any other process. */
export type PostmasterFile = { running: Postmaster; stalePid: null } | { running: null; stalePid: number | null };

/** Reads who serves this cluster. PostgreSQL documents the lines: pid, directory, start, port, …, and status last. */
export async function readPostmasterFile(clusterDirectory: string): Promise<PostmasterFile> {
  const lines = (await readIfThere(join(clusterDirectory, 'postmaster.pid'))).split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!(pid > 0)) return { running: null, stalePid: null };
  if (!(await isPostmaster(pid, clusterDirectory))) return { running: null, stalePid: pid };
  const port = Number(lines[3] ?? 0);
  return { running: { pid, port, isReady: lines[7]?.trim() === 'ready' }, stalePid: null };
}

/** By its command line, because after a crash the number may belong to another process, above all in a container. */
export async function isPostmaster(pid: number, clusterDirectory: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const words = (await readIfThere(`/proc/${pid}/cmdline`)).split('\0');
    return basename(words[0] ?? '') === 'postgres' && words.includes(clusterDirectory);
  }
  try {
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
    return stdout.includes(`postgres -D ${clusterDirectory} `);
  } catch {
    return false;
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ESRCH')) return '';
    throw error;
  }
}
