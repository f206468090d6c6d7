import { execFile } from 'node:child_process';

/** Runs npm and answers what it printed, be it a failure or not. */
export function npm(root: string, ...args: readonly string[]): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  execFile('npm', [...args], { cwd: root, maxBuffer: 64 << 20 }, (_failure, output) => resolve(output));
  return promise;
}
