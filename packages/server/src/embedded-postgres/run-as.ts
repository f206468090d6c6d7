import { spawn } from 'node:child_process';

/** An account of the operating system; `null` where Onfile's own account serves. */
export type Account = { uid: number; gid: number };

export type RunResult = { succeeded: boolean; output: string };

/** Nothing of Onfile's own environment, which may hold secrets, reaches PostgreSQL. */
export const cleanEnvironment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/**
 * Runs a short command as `account`, with `input` on its standard input, and gathers what it prints (at most the last
 * 4,000 characters are of use to anyone). Never throws: a command that cannot be started has not succeeded.
 */
export function runAs(account: Account | null, command: string, args: string[], input = ''): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...account, cwd: '/', env: cleanEnvironment });
    let output = '';
    const gather = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-4000);
    };
    child.stdout.on('data', gather);
    child.stderr.on('data', gather);
    child.stdin.on('error', () => {});
    child.on('error', (error) => resolve({ succeeded: false, output: error.message }));
    child.on('close', (code) => resolve({ succeeded: code === 0, output }));
    child.stdin.end(input);
  });
}

/** Whether `account` can enter the directory, its parents included; asked of the kernel, so that ACLs count too. */
export async function canEnter(account: Account, directory: string): Promise<boolean> {
  return (await runAs(account, '/bin/sh', ['-c', 'test -x "$0"', directory])).succeeded;
}
