import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { bareEnvironment } from './bare-environment.ts';

export type CommandResult = { exitCode: number | null; stdout: string; stderr: string };

const binary = resolve(import.meta.dirname, '../../bin/onfile.js');

/** Runs `onfile` in a process of its own, its output piped, with these settings and no others. */
export async function onfile(
  args: readonly string[],
  settings: Record<string, string>,
  cwd = import.meta.dirname,
): Promise<CommandResult> {
  const child = spawn(process.execPath, [binary, ...args], {
    cwd,
    env: { ...bareEnvironment(), DATA_DIR: join(cwd, 'nothing-here'), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { promise, resolve: ended } = Promise.withResolvers<number | null>();
  child.once('close', ended);
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), promise]);
  return { exitCode, stdout, stderr };
}
