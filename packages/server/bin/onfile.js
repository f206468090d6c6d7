#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The first version that runs TypeScript as it is. */
const leastMajor = 22;
const leastMinor = 18;

function runsTypeScript() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** The Node that the lockfile brings, in the nearest node_modules above this file. */
function ownNode() {
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const node = join(directory, 'node_modules', '.bin', 'node');
    if (existsSync(node)) return node;
    const parent = dirname(directory);
    if (parent === directory) return null;
    directory = parent;
  }
}

async function run() {
  if (runsTypeScript()) {
    const { runCommandLine } = await import('../src/cli/main.ts');
    return runCommandLine(process.argv.slice(2));
  }
  const node = ownNode();
  if (node === null || node === process.execPath) {
    process.stderr.write(
      `onfile: Node ${process.versions.node} cannot run Onfile; run npm ci in its checkout, or install Node 22.18 or newer.\n`,
    );
    return 1;
  }
  const { status, error } = spawnSync(node, process.argv.slice(1), { stdio: 'inherit' });
  if (error) throw error;
  return status ?? 1;
}

// Not process.exit(): what was written to a pipe must arrive first.
process.exitCode = await run();
