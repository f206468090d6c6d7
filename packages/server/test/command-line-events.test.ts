import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { bareEnvironment } from './harness/bare-environment.ts';
import { catchUp } from './harness/events.ts';
import { createRecord } from './harness/main-job.ts';
import { onfile } from './harness/onfile-command.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let settings: Record<string, string>;

before(async () => {
  server = await startTestServer();
  settings = { DATABASE_URL: server.database.url, MASTER_KEY_FILE: server.services.config.masterKeyFile };
  acme = await server.tenant('acme');
});

after(() => server.stop());

describe('onfile events', () => {
  it('shows what the API answers, to programs and to people', async () => {
    const shown = await onfile(['events', '--tenant', 'acme', '--after', '1', '--json'], settings);
    assert.deepEqual(JSON.parse(shown.stdout).Items, await catchUp(server, acme, { after: 1 }));
    const read = await onfile(['events', '--tenant', 'acme', '--types', 'customer.created'], settings);
    assert.match(read.stdout, /^NUMBER +AT +TYPE +SUBJECT +VERSION\n2 .* customer\.created +\d+ +1\n$/);
  });

  it('says what is wrong with what it was asked', async () => {
    const ahead = await onfile(['events', '--tenant', 'acme', '--after', '99', '--json'], settings);
    const { error } = JSON.parse(ahead.stdout);
    assert.deepEqual([ahead.exitCode, error.reference], [1, 'after']);
    assert.equal((await onfile(['events', '--tenant', 'acme', '--after', 'now'], settings)).exitCode, 2);
  });

  it('follows: prints each event as it happens, and ends well at ctrl-C', async () => {
    const command = resolve(import.meta.dirname, '../bin/onfile.js');
    const child = spawn(process.execPath, [command, 'events', '--tenant', 'acme', '--after', '2', '--follow'], {
      env: { ...bareEnvironment(), ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    for (const number of [3, 4]) {
      const { id } = await createRecord(server, acme);
      const { value } = await lines.next();
      const event = JSON.parse(value ?? '');
      assert.deepEqual([event.number, event.subject.id], [number, id]);
    }
    child.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
  });
});
