import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { checkpointFile } from '../src/store/audit-checkpoint-file.ts';
import { auditedTenant, auditorOf, entryAt, sealAll, sealAndSign, verify, writeEntries } from './harness/audit.ts';
import { query } from './harness/look-inside.ts';
import { type CommandResult, onfile } from './harness/onfile-command.ts';
import { startTestServer, type TestServer } from './harness/server.ts';

let server: TestServer;
let settings: Record<string, string>;

/** Where the first checkpoint of each tenant is; the second is at the end. */
const signed = 20;
const length = 40;
const someEntry = 12;

before(async () => {
  server = await startTestServer();
  const { masterKeyFile, auditCheckpointDir } = server.services.config;
  settings = {
    DATABASE_URL: server.database.url,
    MASTER_KEY_FILE: masterKeyFile,
    AUDIT_CHECKPOINT_DIR: auditCheckpointDir,
  };
});

after(() => server.stop());

const run = (...args: string[]): Promise<CommandResult> => onfile(['audit', ...args], settings);

/** What is wrong, as `kind number entry`. */
async function found(tenantId: string): Promise<string[]> {
  const { findings, findingCount } = await verify(await auditorOf(server, tenantId));
  assert.equal(findingCount, findings.length);
  return findings.map(({ kind, number = '-', entryId = '-' }) => `${kind} ${number} ${entryId}`);
}

/** A tenant with 40 entries, all sealed, signed at the 20th and the 40th and copied out of the database. */
async function sealedTenant(tenantId: string): Promise<void> {
  const ctx = await auditedTenant(server, tenantId);
  await writeEntries(ctx, signed - 1);
  await sealAndSign(server, tenantId);
  await writeEntries(ctx, length - signed);
  await sealAndSign(server, tenantId);
}

/** Runs statements behind the server's back, with the tenant as $1. */
const behindItsBack = async (tenantId: string, ...statements: string[]): Promise<void> => {
  for (const statement of statements) await query(server, statement, [tenantId]);
};
const at = (number: number): string =>
  `tenant_id = $1 AND audit_id = (SELECT audit_id FROM audit_seals WHERE tenant_id = $1 AND number = ${number})`;
const copyOf = (columns: string): string =>
  `INSERT INTO audit_entries (tenant_id, audit_id, at, actor_kind, actor_id, trace_id, action, subject_kind, subject_id,
     subject_version, key_id, sealed_details, code_key_id, code)
   SELECT tenant_id, ${columns} FROM audit_entries WHERE ${at(someEntry)} RETURNING audit_id`;
const sameColumns =
  'at, actor_kind, actor_id, trace_id, action, subject_kind, subject_id, subject_version, key_id, sealed_details, code_key_id';
const backTo = (number: number): string[] => [
  `UPDATE audit_chains SET number = ${number}, chain = (SELECT chain FROM audit_seals WHERE tenant_id = $1 AND number = ${number}),
     (read_through, read_through_id) = (SELECT written_in, audit_id FROM audit_entries WHERE ${at(number)})
   WHERE tenant_id = $1`,
  `DELETE FROM audit_seals WHERE tenant_id = $1 AND number > ${number}`,
  `DELETE FROM audit_checkpoints WHERE tenant_id = $1 AND number > ${number}`,
];

describe('onfile audit verify', () => {
  it('finds nothing in what nobody touched, and says so', async () => {
    await sealedTenant('untouched');
    assert.deepEqual(await found('untouched'), []);
    const { exitCode, stdout, stderr } = await run('verify', '--tenant', 'untouched');
    assert.match(stdout, /^untouched: as it was written \(4\d sealed, \d waiting, 2 checkpoints\)\.\n$/);
    assert.deepEqual([exitCode, stderr], [0, '']);
  });

  const columns: [column: string, value: string][] = [
    ['actor_id', `'nobody'`],
    ['at', `at + interval '1 hour'`],
    ['subject_version', 'NULL'],
    ['source_address', `'192.0.2.1'`],
    ['sealed_details', `set_byte(sealed_details, 60, get_byte(sealed_details, 60) # 1)`],
    ['code', `set_byte(code, 0, get_byte(code, 0) # 1)`],
  ];
  for (const [column, value] of columns) {
    it(`names the entry of which somebody changed ${column}`, async () => {
      const tenantId = `changed-${column.replaceAll('_', '-')}`;
      await sealedTenant(tenantId);
      const entry = await entryAt(server, tenantId, someEntry);
      await behindItsBack(tenantId, `UPDATE audit_entries SET ${column} = ${value} WHERE ${at(someEntry)}`);
      assert.deepEqual(await found(tenantId), [`entry-changed ${someEntry} ${entry}`]);
    });
  }

  it('names the entry that somebody removed', async () => {
    await sealedTenant('removed');
    const entry = await entryAt(server, 'removed', someEntry);
    await behindItsBack('removed', `DELETE FROM audit_entries WHERE ${at(someEntry)}`);
    assert.deepEqual(await found('removed'), [`entry-removed ${someEntry} ${entry}`]);
    const { stdout } = await run('verify', '--tenant', 'removed');
    assert.equal(stdout.split('\n')[1], `  Entry ${entry} (number ${someEntry}) was removed.`);
  });

  it('names the place of an entry that somebody removed together with its seal', async () => {
    await sealedTenant('removed-both');
    await behindItsBack(
      'removed-both',
      `DELETE FROM audit_entries WHERE ${at(someEntry)}`,
      `DELETE FROM audit_seals WHERE tenant_id = $1 AND number = ${someEntry}`,
    );
    assert.deepEqual(await found('removed-both'), [`seal-removed ${someEntry} -`]);
  });

  it('finds a tail that was cut with its seals and checkpoints, and from where', async () => {
    await sealedTenant('cut');
    await behindItsBack(
      'cut',
      `DELETE FROM audit_entries WHERE tenant_id = $1 AND audit_id IN
         (SELECT audit_id FROM audit_seals WHERE tenant_id = $1 AND number > ${length - 5})`,
      ...backTo(length - 5),
    );
    assert.deepEqual(await found('cut'), [`tail-cut ${length - 4} -`]);
  });

  it('finds a chain from which somebody took an entry and let the rest be sealed anew', async () => {
    await sealedTenant('sealed-anew');
    await behindItsBack('sealed-anew', `DELETE FROM audit_entries WHERE ${at(someEntry)}`, ...backTo(someEntry - 1));
    await sealAll(server, 'sealed-anew');
    assert.ok((await found('sealed-anew')).includes(`chain-replaced ${signed} -`));
  });

  it('names an entry that somebody made up, sealed or not', async () => {
    await sealedTenant('made-up');
    await behindItsBack('made-up', copyOf(`gen_random_uuid(), ${sameColumns}, sha256('guessed')`));
    const [made] = await query<{ audit_id: string }>(
      server,
      `SELECT audit_id FROM audit_entries WHERE tenant_id = 'made-up' AND code = sha256('guessed')`,
    );
    assert.deepEqual(await found('made-up'), [`entry-changed - ${made?.audit_id}`]);
    await sealAll(server, 'made-up');
    const [finding = ''] = await found('made-up');
    assert.match(finding, new RegExp(`^entry-changed 4\\d ${made?.audit_id}$`));
  });

  it('names an entry that is the copy of another', async () => {
    await sealedTenant('copied');
    await behindItsBack('copied', copyOf(`gen_random_uuid(), ${sameColumns}, code`));
    const [copy] = await query<{ audit_id: string }>(
      server,
      `SELECT audit_id FROM audit_entries e WHERE tenant_id = 'copied' AND action = 'tenant.updated'
         AND NOT EXISTS (SELECT FROM audit_seals s WHERE s.tenant_id = e.tenant_id AND s.audit_id = e.audit_id)`,
    );
    assert.deepEqual(await found('copied'), [`entry-changed - ${copy?.audit_id}`]);
  });

  it('names an entry whose seal somebody removed', async () => {
    await sealedTenant('unsealed');
    const entry = await entryAt(server, 'unsealed', someEntry);
    await behindItsBack('unsealed', `DELETE FROM audit_seals WHERE tenant_id = $1 AND number = ${someEntry}`);
    assert.deepEqual(await found('unsealed'), [`seal-removed ${someEntry} -`, `entry-not-sealed - ${entry}`]);
  });

  it('names two entries whose places somebody swapped', async () => {
    await sealedTenant('swapped');
    const [one, other] = [await entryAt(server, 'swapped', 5), await entryAt(server, 'swapped', someEntry)];
    await query(
      server,
      `UPDATE audit_seals SET number = -number WHERE tenant_id = $1 AND number IN (5, ${someEntry})`,
      ['swapped'],
    );
    await query(
      server,
      `UPDATE audit_seals s SET number = 5 + ${someEntry} + s.number,
         chain = (SELECT chain FROM audit_seals o WHERE o.tenant_id = $1 AND o.number = -5 - ${someEntry} - s.number)
       WHERE tenant_id = $1 AND number < 0`,
      ['swapped'],
    );
    assert.deepEqual(await found('swapped'), [`seal-changed 5 ${other}`, `seal-changed ${someEntry} ${one}`]);
  });

  it('names the entry whose seal somebody changed', async () => {
    await sealedTenant('seal');
    const entry = await entryAt(server, 'seal', someEntry);
    await behindItsBack(
      'seal',
      `UPDATE audit_seals SET chain = sha256(chain) WHERE tenant_id = $1 AND number = ${someEntry}`,
    );
    assert.deepEqual(await found('seal'), [`seal-changed ${someEntry} ${entry}`]);
  });

  it('finds a checkpoint that somebody changed or removed', async () => {
    await sealedTenant('checkpoint');
    await behindItsBack(
      'checkpoint',
      `UPDATE audit_checkpoints SET chain = sha256(chain) WHERE tenant_id = $1 AND number = ${signed}`,
    );
    assert.deepEqual(await found('checkpoint'), [`checkpoint-changed ${signed} -`]);
    await behindItsBack('checkpoint', `DELETE FROM audit_checkpoints WHERE tenant_id = $1 AND number = ${signed}`);
    assert.deepEqual(await found('checkpoint'), [`checkpoint-removed ${signed} -`]);
  });

  it('finds a file of checkpoints that somebody changed', async () => {
    await sealedTenant('file');
    const path = checkpointFile(server.services.config.auditCheckpointDir, 'file');
    const [first = '', second = ''] = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, `${first.replace(`"number":${signed}`, `"number":${signed + 1}`)}\n${second}\n`);
    assert.deepEqual(await found('file'), [`checkpoint-file-changed ${signed + 1} -`]);
  });

  it('finds an entry that was moved to another tenant, in both', async () => {
    await sealedTenant('giver');
    await sealedTenant('taker');
    const entry = await entryAt(server, 'giver', someEntry);
    await behindItsBack('giver', `UPDATE audit_entries SET tenant_id = 'taker' WHERE ${at(someEntry)}`);
    assert.deepEqual(await found('giver'), [`entry-removed ${someEntry} ${entry}`]);
    assert.deepEqual(await found('taker'), [`entry-changed - ${entry}`]);
  });

  it('verifies every tenant when none is named, exits with 1, and audits each time that it did', async () => {
    const { exitCode, stdout } = await run('verify', '--json');
    const tenants: any[] = JSON.parse(stdout).tenants;
    assert.equal(exitCode, 1);
    assert.ok(tenants.length > 15);
    assert.deepEqual(
      tenants.filter(({ findingCount }) => findingCount === 0).map(({ tenantId }) => tenantId),
      ['untouched'],
    );
    const times = await query<{ count: string }>(
      server,
      `SELECT count(*) FROM audit_entries WHERE tenant_id = 'untouched' AND action = 'audit.verified'`,
    );
    assert.equal(Number(times[0]?.count), 3);
  });
});
