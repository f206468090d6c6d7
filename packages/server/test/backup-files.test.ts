import assert from 'node:assert/strict';
import { copyFile, mkdir, open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { checkBackup } from '../src/backup/check-backup.ts';
import { adminUrlOf } from '../src/backup/fill-database.ts';
import { restoreBackup } from '../src/backup/restore-backup.ts';
import { startEmbeddedPostgres } from '../src/embedded-postgres/launcher.ts';
import { runAs } from '../src/embedded-postgres/run-as.ts';
import { openMasterKey } from '../src/keys/open-master-key.ts';
import { backUp, tableTotals, temporaryDirectory } from './harness/backups.ts';
import { query, temporaryDataDirectory } from './harness/data-directory.ts';
import { storeFile, sweep } from './harness/files.ts';
import { rotate } from './harness/keys.ts';
import { bearer, createRecord, enterCard, keyHeader, replaceInstrument } from './harness/main-job.ts';
import { onfile } from './harness/onfile-command.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let globex: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  globex = await server.tenant('globex');
  for (const tenant of [acme, globex]) {
    await createRecord(server, tenant);
    await replaceInstrument(server, tenant, await enterCard(server, tenant));
    await storeFile(server, tenant);
  }
});
after(() => server.stop());

const silent = () => {};
const restore = (file: string, into: string) =>
  restoreBackup({
    file,
    into,
    masterKey: server.services.masterKey,
    config: server.services.config,
    onProgress: silent,
  });

/** A backup of the server as it is, in a directory of the test's own. */
async function newBackup(t: TestContext): Promise<{ directory: string; file: string }> {
  const directory = await temporaryDirectory(t);
  const { path } = await backUp(server, join(directory, 'one.backup'));
  return { directory, file: path };
}

describe('a backup', () => {
  it('of a PostgreSQL of your own restores every row of every tenant, as the same bytes', async (t) => {
    const { directory } = await newBackup(t);
    const made = await backUp(server, directory);
    assert.match(made.path, /onfile-\d{4}-\d\d-\d\dT[\d-]+Z\.backup$/);
    const into = await temporaryDataDirectory(t);
    const { audits, dataDirectory } = await restore(made.path, into);
    assert.deepEqual(
      audits.map(({ tenantId, findingCount }) => [tenantId, findingCount]),
      [
        ['acme', 0],
        ['globex', 0],
      ],
    );
    // Verifying leaves an entry in each audit, and sealing what waited changes nothing else.
    const moved = new Set(['audit_entries', 'audit_seals', 'audit_chains', 'events']);
    const still = (tables: typeof made.tables) => tables.filter(({ name }) => !moved.has(name));
    assert.deepEqual(still(await tableTotals(dataDirectory)), still(made.tables));
    assert.ok(made.tables.some(({ name, rows }) => name === 'stored_payment_method_versions' && rows >= 4));
    const { files } = made.directories;
    assert.equal(files?.files, 2);
    assert.deepEqual((await readdir(into)).toSorted(), ['files', 'postgres', 'postgres.json', 'postgres.log']);
  });

  it('that was cut anywhere, changed anywhere, or lengthened is refused, and nothing is restored from it', async (t) => {
    const { directory, file } = await newBackup(t);
    const { size } = await stat(file);
    const masterKey = server.services.masterKey;
    const damaged = join(directory, 'damaged.backup');
    const assertDamaged = (what: string) =>
      assert.rejects(
        checkBackup(damaged, masterKey, silent),
        /is damaged|is not a backup of Onfile|under another master key|does not open/,
        what,
      );
    for (let n = 0; n <= 16; n += 1) {
      const at = Math.floor(((size - 1) * n) / 16);
      await copyFile(file, damaged);
      await truncate(damaged, at);
      await assertDamaged(`cut at ${at}`);
      await copyFile(file, damaged);
      await flipByte(damaged, at);
      await assertDamaged(`changed at ${at}`);
    }
    await writeFile(damaged, Buffer.concat([await readFile(file), Buffer.from('x')]));
    await assertDamaged('lengthened');
    const into = join(directory, 'data');
    await assert.rejects(restore(damaged, into), /is damaged/);
    await assert.rejects(stat(into), { code: 'ENOENT' });
  });

  it('is opened by the master key that it was made under, and by no other', async (t) => {
    const { file, directory } = await newBackup(t);
    const keyFile = join(directory, 'other', 'master-key.json');
    await mkdir(join(directory, 'other'));
    await openMasterKey({ ...server.services.config, masterKeyFile: keyFile }, true);
    const into = join(directory, 'data');
    const wrong = await onfile(['restore', file, '--into', into, '--json'], { MASTER_KEY_FILE: keyFile });
    assert.equal(wrong.exitCode, 1);
    const { error } = JSON.parse(wrong.stdout);
    assert.match(error.errorMessage, /was made under another master key \(.*\); set MASTER_KEY_FILE to that one/);
    await assert.rejects(stat(into), { code: 'ENOENT' });
    const missing = await onfile(['backup', 'verify', file], { DATA_DIR: join(directory, 'nothing') });
    assert.deepEqual([missing.exitCode, missing.stdout], [1, '']);
    assert.match(missing.stderr, /the master key file .* cannot be read; set MASTER_KEY_FILE to where it is/i);
    const right = await onfile(['backup', 'verify', file], {
      MASTER_KEY_FILE: server.services.config.masterKeyFile,
    });
    assert.equal(right.exitCode, 0, right.stderr);
    assert.match(
      right.stdout,
      /as it was made at .* rows of .* tables, \d+ checkpoint files?, \d+ register files?, 2 stored files\)/,
    );
  });

  it('never takes the place of a file, and leaves nothing behind when it is interrupted', async (t) => {
    const { file, directory } = await newBackup(t);
    const first = await readFile(file);
    await assert.rejects(backUp(server, file), /one\.backup is there already; name another file/);
    const interruption = new AbortController();
    const place = join(directory, 'two.backup');
    const interrupted = backUp(server, place, { signal: interruption.signal, onProgress: () => interruption.abort() });
    await assert.rejects(interrupted, { name: 'AbortError' });
    await assert.rejects(backUp(server, join(directory, 'nowhere', 'three.backup')), /make that directory/);
    const both = await Promise.allSettled([backUp(server, place), backUp(server, place)]);
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    assert.deepEqual((await readdir(directory)).toSorted(), ['one.backup', 'two.backup']);
    assert.deepEqual(await readFile(file), first);
  });

  it('says that the disk is full, and keeps nothing there', async (t) => {
    const disk = await temporaryDirectory(t);
    const mounted = await runAs(null, 'mount', ['-t', 'tmpfs', '-o', 'size=4k', 'onfile-test', disk]);
    if (!mounted.succeeded) return t.skip('this user cannot mount a small disk');
    try {
      await assert.rejects(backUp(server, disk), /the disk of .* is full, so nothing was kept; free some space/);
      assert.deepEqual(await readdir(disk), []);
    } finally {
      await runAs(null, 'umount', [disk]);
    }
  });

  it('brings nobody back who was erased after it was made', async (t) => {
    const { body: grace } = await server.call('POST', '/v1/customers/create', {
      headers: keyHeader(acme),
      body: { firstName: 'Grace', lastName: 'Hopper' },
    });
    const { file } = await newBackup(t);
    const headers = bearer(acme);
    const erased = await server.call('POST', `/contacts/acme/${grace.contactId}/erasure`, { headers });
    assert.ok(erased.status < 300, JSON.stringify(erased.body));
    await sweep(server, acme);
    const into = await temporaryDataDirectory(t);
    const { erasedAgain, audits } = await restore(file, into);
    assert.equal(erasedAgain, 1);
    assert.ok(audits.every(({ findingCount }) => findingCount === 0));
    const embedded = await startEmbeddedPostgres({ dataDir: into });
    const left = await query(adminUrlOf(embedded), `SELECT sealed FROM customers WHERE customer_id = ${grace.id}`);
    await embedded.stop();
    assert.deepEqual(left, [{ sealed: null }]);
  });

  it('brings nobody back who was erased after a rotation of the keys, of which it knows nothing', async (t) => {
    const { body: grace } = await server.call('POST', '/v1/customers/create', {
      headers: keyHeader(acme),
      body: { firstName: 'Grace', lastName: 'Hopper' },
    });
    const { file } = await newBackup(t);
    await rotate(server, { tenantId: 'acme', parts: ['tenant'], graceMs: 0 });
    const headers = bearer(acme);
    const erased = await server.call('POST', `/contacts/acme/${grace.contactId}/erasure`, { headers });
    assert.equal(erased.status, 202);
    const { erasedAgain } = await restore(file, await temporaryDataDirectory(t));
    assert.equal(erasedAgain, 1);
  });

  it('is not restored over anything', async (t) => {
    const { file, directory } = await newBackup(t);
    await assert.rejects(restore(file, directory), /is not empty; name a new directory/);
    await assert.rejects(restore(file, file), /is not a directory|EEXIST/);
    assert.deepEqual(await readdir(directory), ['one.backup']);
  });

  it('is not made amid a rotation of the master key, whose end would leave it without a key; after it, it is', async (t) => {
    const { file } = server.services.masterKey;
    assert.ok(file);
    await file.addKey();
    await assert.rejects(newBackup(t), /a rotation of the master key is under way, so nothing was kept; finish it/);
    await rotate(server, { parts: ['master'] });
    const backup = await newBackup(t);
    assert.deepEqual(await readdir(backup.directory), ['one.backup']);
    const { audits } = await restore(backup.file, await temporaryDataDirectory(t));
    assert.ok(audits.length > 0);
  });
});

async function flipByte(path: string, at: number): Promise<void> {
  await using file = await open(path, 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
  buffer[0] = (buffer[0] ?? 0) ^ 1;
  await file.write(buffer, 0, 1, at);
}
