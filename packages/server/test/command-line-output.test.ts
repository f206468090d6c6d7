import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { sealAll } from './harness/audit.ts';
import { startTestServer, type TestServer } from './harness/server.ts';

const command = resolve(import.meta.dirname, '../bin/onfile.js');
let server: TestServer;
let env: Record<string, string>;

before(async () => {
  server = await startTestServer();
  const { masterKeyFile, auditCheckpointDir } = server.services.config;
  env = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: server.database.url,
    MASTER_KEY_FILE: masterKeyFile,
    AUDIT_CHECKPOINT_DIR: auditCheckpointDir,
  };
  const { tenantId } = await server.tenant('acme');
  await sealAll(server, tenantId);
});

after(() => server.stop());

/** Runs a command that nobody reads the output of. Answers its exit code, and what it complained of. */
async function runUnread(args: readonly string[]): Promise<[number | null, string]> {
  const child = spawn(process.execPath, [command, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [complaint, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return [exitCode, complaint];
}

describe('a command whose output nobody reads any more', () => {
  it('ends quietly, as with | head', async () => {
    assert.deepEqual(await runUnread(['audit', 'export', '--tenant', 'acme']), [0, '']);
    assert.deepEqual(await runUnread(['tenant', 'list']), [0, '']);
  });

  it('keeps its exit code', async () => {
    assert.deepEqual(await runUnread(['tenant', 'show', 'nobody', '--json']), [1, '']);
  });
});

describe('a command whose output cannot be written', () => {
  it('fails with a sentence', { skip: process.platform !== 'linux' && 'needs /dev/full' }, async () => {
    const full = await open('/dev/full', 'w');
    const child = spawn(process.execPath, [command, 'tenant', 'list'], { env, stdio: ['ignore', full.fd, 'pipe'] });
    assert.ok(child.stderr);
    const [complaint, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    await full.close();
    assert.deepEqual([exitCode, complaint.split('\n').length], [1, 2], complaint);
    assert.match(complaint, /^onfile: .*no space left on device.*\.\n$/);
  });
});
