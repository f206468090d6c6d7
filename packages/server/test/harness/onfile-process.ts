import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bareEnvironment } from './bare-environment.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

export type ExitStatus = { code: number | null; signal: NodeJS.Signals | null };

/** The server in a process of its own, leading a process group as one that a terminal started would. */
export type OnfileProcess = {
  pid: number;
  /** What was printed for people so far, and what was logged or complained of. */
  output(): string;
  errors(): string;
  /** Waits until what was printed or logged matches; rejects with all of it when the process ends before. */
  said(pattern: RegExp): Promise<RegExpMatchArray>;
  /** To this process alone, as a service manager does. */
  signal(name: NodeJS.Signals): void;
  /** To the whole process group, as ctrl-C in a terminal does. */
  pressCtrlC(): void;
  /** kill -9 of this process alone, and gone. */
  kill(): Promise<void>;
  ended: Promise<ExitStatus>;
  hasEnded(): boolean;
};

/** Starts `main.ts` with these settings and next to nothing of this process's environment. */
export function spawnOnfile(settings: Record<string, string>, account: { uid?: number; gid?: number } = {}) {
  const child = spawn(process.execPath, [main], {
    ...account,
    env: { ...bareEnvironment(), ...settings },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the process could not be started');
  let output = '';
  let errors = '';
  let onText = () => {};
  const gather = (take: (text: string) => void) => (chunk: string) => {
    take(chunk);
    onText();
  };
  child.stdout.setEncoding('utf8').on(
    'data',
    gather((text) => (output += text)),
  );
  child.stderr.setEncoding('utf8').on(
    'data',
    gather((text) => (errors += text)),
  );
  let hasEnded = false;
  child.once('close', () => {
    hasEnded = true;
    onText();
  });
  // Not 'exit': what it printed last has then been read too.
  const ended = once(child, 'close').then(
    ([code, signal]): ExitStatus => ({ code: code as number | null, signal: signal as NodeJS.Signals | null }),
  );

  const onfile: OnfileProcess = {
    pid,
    ended,
    hasEnded: () => hasEnded,
    output: () => output,
    errors: () => errors,
    async said(pattern) {
      for (;;) {
        const match = pattern.exec(output) ?? pattern.exec(errors);
        if (match !== null) return match;
        if (hasEnded) throw new Error(`the server ended without saying ${pattern}:\n${output}${errors.slice(-2000)}`);
        await new Promise<void>((resolve) => {
          onText = resolve;
        });
      }
    },
    signal: (name) => void child.kill(name),
    pressCtrlC: () => void process.kill(-pid, 'SIGINT'),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
  return onfile;
}
