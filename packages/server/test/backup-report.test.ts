import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sealAndSign } from './harness/audit.ts';
import { temporaryDirectory } from './harness/backups.ts';
import { eraseContact } from './harness/erasures.ts';
import { storeFile, sweep } from './harness/files.ts';
import { withNewCustomer } from './harness/gateway.ts';
import { query } from './harness/look-inside.ts';
import { bearer, createRecord, keyHeader } from './harness/main-job.ts';
import { onfile } from './harness/onfile-command.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let settings: Record<string, string>;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  await server.tenant('globex');
  await createRecord(server, acme);
  await storeFile(server, acme);
  assert.equal((await eraseContact(server, await withNewCustomer(server, acme))).status, 202);
  await sweep(server, acme);
  await sealAndSign(server, 'acme');
  const { masterKeyFile, auditCheckpointDir, erasureRegisterDir, filesDir } = server.services.config;
  settings = {
    DATABASE_URL: server.database.url,
    MASTER_KEY_FILE: masterKeyFile,
    AUDIT_CHECKPOINT_DIR: auditCheckpointDir,
    ERASURE_REGISTER_DIR: erasureRegisterDir,
    FILES_DIR: filesDir,
  };
});

after(() => server.stop());

const backedUp = () =>
  query<{ tenant_id: string; actor_kind: string }>(
    server,
    `SELECT tenant_id, actor_kind FROM audit_entries WHERE action = 'tenant.backed_up' ORDER BY tenant_id`,
  );

describe('onfile backup', () => {
  it('says what it took beside the database, and stands in the audit of every tenant', async (t) => {
    const place = await temporaryDirectory(t);
    const { exitCode, stdout, stderr } = await onfile(['backup', place], settings);
    assert.deepEqual([exitCode, stderr], [0, '']);
    assert.match(stdout, / rows of \d+ tables, 1 checkpoint file, 1 register file, 1 stored file, [\d,]+ bytes, /);
    assert.doesNotMatch(stdout, /Warning/);
    assert.deepEqual(
      await backedUp(),
      ['acme', 'globex'].map((tenant_id) => ({ tenant_id, actor_kind: 'command-line' })),
    );
    await sealAndSign(server, 'acme');
    const { body } = await server.call('GET', '/audit/acme?action=tenant.backed_up', { headers: keyHeader(acme) });
    assert.deepEqual([body.Count, body.Items[0].subject], [1, { kind: 'tenant', id: 'acme' }]);
    const listed = await server.call('GET', '/audit/acme?action=tenant.backed_up', { headers: bearer(acme) });
    assert.ok(!JSON.stringify(listed.body).includes(place));
  });

  it('warns of each directory that the database tells of and that is not where it looks', async (t) => {
    const directory = await temporaryDirectory(t);
    const nowhere = join(directory, 'nowhere');
    const elsewhere = { AUDIT_CHECKPOINT_DIR: nowhere, ERASURE_REGISTER_DIR: nowhere, FILES_DIR: nowhere };
    const { exitCode, stdout } = await onfile(['backup', directory], { ...settings, ...elsewhere });
    assert.equal(exitCode, 0);
    assert.match(stdout, /, 0 checkpoint files, 0 register files, 0 stored files, /);
    for (const [name, kept] of Object.entries({
      AUDIT_CHECKPOINT_DIR: '2 checkpoints',
      ERASURE_REGISTER_DIR: '1 erasure',
      FILES_DIR: '1 file',
    })) {
      const warning = `Warning: ${nowhere} is not there, though the database tells of ${kept} in it. Give this command the ${name} of`;
      assert.ok(stdout.includes(warning), stdout);
    }
    const again = await onfile(['backup', directory, '--json'], { ...settings, ERASURE_REGISTER_DIR: nowhere });
    const { missing, isAudited, directories } = JSON.parse(again.stdout);
    assert.deepEqual(missing, [{ setting: 'ERASURE_REGISTER_DIR', directory: nowhere, kept: 'erasure', rows: 1 }]);
    assert.deepEqual([isAudited, directories.files.files], [true, 1]);
  });

  it('that takes nothing with it, because there is nothing yet, warns of nothing', async (t) => {
    const fresh = await startTestServer();
    t.after(() => fresh.stop());
    await fresh.tenant('acme');
    const own = { DATABASE_URL: fresh.database.url, MASTER_KEY_FILE: fresh.services.config.masterKeyFile };
    const { exitCode, stdout } = await onfile(['backup', await temporaryDirectory(t)], own);
    assert.deepEqual([exitCode, /Warning/.test(stdout)], [0, false]);
  });
});
