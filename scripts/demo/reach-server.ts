import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url));
const startLimitMs = 60_000;

export type Credentials = {
  baseUrl: string;
  tenantId: string;
  apiKey: string;
  clientId: string;
  clientSecret: string;
  customerId: number;
  contactId: string;
  merchantAccountId: string;
};

/** The running server of this data directory, or one that is started for the demo and stopped after it. */
export async function reachServer(): Promise<{ credentials: Credentials; stop: () => Promise<void> }> {
  const file = join(resolve(process.env['DATA_DIR'] ?? '.onfile'), 'demo-credentials.json');
  const known = await readCredentials(file);
  if (known && (await answers(known.baseUrl))) return { credentials: known, stop: async () => {} };

  console.log('No server answers yet, so the demo starts one of its own.\n');
  const server = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { LOG_LEVEL: 'warn', ...process.env },
  });
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGTERM');
    await once(server, 'exit');
  };
  try {
    await untilReady(server.stdout, once(server, 'exit'));
    const credentials = await readCredentials(file);
    if (!credentials) throw new Error(`the server made no ${file}: the demo needs the embedded database on loopback`);
    return { credentials, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readCredentials(file: string): Promise<Credentials | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return null;
  }
}

async function answers(baseUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${baseUrl}/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** Goes on reading after the ready line, or the server would block on a full pipe. */
async function untilReady(output: NodeJS.ReadableStream, exited: Promise<unknown>): Promise<void> {
  const ready = new Promise<void>((done) => {
    createInterface({ input: output }).on('line', (line) => {
      if (line.startsWith('onfile ready on ')) done();
    });
  });
  const failed = exited.then(() => Promise.reject(new Error('the server ended before it was ready')));
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('the server was not ready within a minute')), startLimitMs).unref();
  });
  failed.catch(() => {});
  await Promise.race([ready, failed, late]);
}
