import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a server under test is told besides its settings; every process and thread of it looks at the file. */
export type Controls = {
  /** How far its clock is ahead of the real one. */
  clockOffsetMs: number;
  /** Raised by one to end the background threads that there are. */
  threadsEnded: number;
};

export const controlsVariable = 'ONFILE_FAULTS_CONTROLS';

export const readControls = (path: string): Controls => JSON.parse(readFileSync(path, 'utf8'));

/** Whole at every moment that somebody looks. */
export function writeControls(path: string, controls: Controls): void {
  writeFileSync(`${path}.draft`, JSON.stringify(controls));
  renameSync(`${path}.draft`, path);
}

const preload = pathToFileURL(join(import.meta.dirname, 'controlled-server.ts')).href;

/** The environment of a process that obeys these controls. */
export const controlledBy = (path: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${preload}`,
  [controlsVariable]: path,
});
