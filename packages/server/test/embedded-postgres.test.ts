import assert from 'node:assert/strict';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { getuid } from 'node:process';
import { test } from 'node:test';
import { readClusterRecord } from '../src/embedded-postgres/cluster-record.ts';
import { DataDirectoryInUse, findEmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres/launcher.ts';
import { canEnter, runAs } from '../src/embedded-postgres/run-as.ts';
import { postmasterPid, query, startInChild, temporaryDataDirectory } from './harness/data-directory.ts';

const isRoot = getuid?.() === 0;
const onlyRoot = isRoot ? false : 'needs root';
const onlyLinux = process.platform === 'linux' ? false : 'reads /proc';
const settings = { fsync: 'off' };

test('the server works as a role that row security binds, on a durable database that logs no values', async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  const { url, stop } = await startEmbeddedPostgres({ dataDir });
  const [role] = await query(
    url,
    `SELECT r.rolname, rolsuper, rolbypassrls, pg_has_role('onfile_owner', 'MEMBER') AS owner,
            current_setting('citus.propagate_set_commands') AS citus
     FROM pg_roles r WHERE r.rolname = current_user`,
  );
  assert.deepEqual(role, {
    rolname: 'onfile_server',
    rolsuper: false,
    rolbypassrls: false,
    owner: false,
    citus: 'local',
  });
  const [durability] = await query(
    url,
    `SELECT current_setting('fsync') || current_setting('synchronous_commit') || current_setting('full_page_writes') AS it`,
  );
  assert.equal(durability?.['it'], 'ononon');

  await assert.rejects(query(url, `SELECT '4111-canary'::integer`));
  assert.doesNotMatch(await readFile(join(dataDir, 'postgres.log'), 'utf8'), /canary/);
  await stop();
});

test('what a start that was killed halfway left behind is removed an hour later', async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  const [old, young] = [join(dataDir, 'postgres.new-old'), join(dataDir, 'postgres.new-young')];
  await Promise.all([mkdir(old), mkdir(young)]);
  await utimes(old, new Date(0), new Date(0));
  const { stop } = await startEmbeddedPostgres({ dataDir, settings });
  await stop();
  const names = await readdir(dataDir);
  assert.deepEqual(names.toSorted(), ['postgres', 'postgres.json', 'postgres.log', 'postgres.new-young']);
});

test('data survives a restart, in a relative directory with a space in its name', async (t) => {
  const dataDir = relative(process.cwd(), await temporaryDataDirectory(t));
  const first = await startEmbeddedPostgres({ dataDir, settings });
  await query(first.migrationUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  assert.equal(await postmasterPid(resolve(dataDir)), null);

  const second = await startEmbeddedPostgres({ dataDir, settings });
  assert.deepEqual(await query(second.migrationUrl, 'SELECT answer FROM kept'), [{ answer: 42 }]);
  await second.stop();
});

test('a second start on the same data directory is refused, and the first goes on', async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  const first = await startInChild(t, dataDir);
  await assert.rejects(startEmbeddedPostgres({ dataDir, settings }), (error) => {
    assert.ok(error instanceof DataDirectoryInUse);
    assert.match(error.message, new RegExp(`^another Onfile \\(process ${first.process.pid}\\) is running on `));
    return true;
  });
  assert.deepEqual(await query(first.answer.url, 'SELECT 1 AS one'), [{ one: 1 }]);
});

test('of three first starts at the same moment exactly one gets the directory', async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  const children = await Promise.all([1, 2, 3].map(() => startInChild(t, dataDir)));
  const refusals = children.flatMap(({ answer }) => answer.refusal ?? []);
  assert.equal(refusals.length, 2);
  for (const refusal of refusals) assert.match(refusal, /^DataDirectoryInUse: another Onfile/);
  assert.deepEqual(
    (await readdir(dataDir)).filter((name) => name.startsWith('postgres.new') || name.startsWith('postgres.json.')),
    [],
  );
});

test('the command line finds the running database, and none before and after', async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  assert.equal(await findEmbeddedPostgres(join(dataDir, 'missing')), null);
  assert.equal(await findEmbeddedPostgres(dataDir), null);
  const { url, migrationUrl, stop } = await startEmbeddedPostgres({ dataDir, settings });
  assert.deepEqual(await findEmbeddedPostgres(dataDir), { url, migrationUrl });
  await stop();
  assert.equal(await findEmbeddedPostgres(dataDir), null);
});

test('the passwords are in postgres.json only, which no one else may read', { skip: onlyLinux }, async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  const { stop } = await startEmbeddedPostgres({ dataDir, settings });
  const record = await readClusterRecord(dataDir);
  assert.ok(record);
  const passwords = [record.adminPassword, record.ownerPassword, record.serverPassword].map((each) => each.reveal());
  assert.equal((await stat(join(dataDir, 'postgres.json'))).mode & 0o777, 0o600);

  const pid = await postmasterPid(dataDir);
  const seen = await Promise.all([readFile(`/proc/${pid}/cmdline`, 'utf8'), readFile(`/proc/${pid}/environ`, 'utf8')]);
  await stop();
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile() && each.name !== 'postgres.json')) {
    seen.push(await readFile(join(entry.parentPath, entry.name), 'latin1'));
  }
  for (const password of passwords) assert.equal(seen.filter((text) => text.includes(password)).length, 0);
});

test('as root, a private data directory is opened just enough to pass', { skip: onlyRoot }, async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  await chmod(dataDir, 0o700);
  const { stop } = await startEmbeddedPostgres({ dataDir, settings });
  assert.equal((await stat(dataDir)).mode & 0o777, 0o711);
  assert.equal((await readClusterRecord(dataDir))?.clusterDirectory, join(dataDir, 'postgres'));
  await stop();
});

test('as root, below a directory closed to all others the cluster lies elsewhere', { skip: onlyRoot }, async (t) => {
  const closed = await mkdtemp(join(tmpdir(), 'onfile-closed-'));
  const dataDir = await temporaryDataDirectory(t, closed);
  t.after(() => rm(closed, { recursive: true }));
  const first = await startEmbeddedPostgres({ dataDir, settings });
  await first.stop();
  assert.equal((await stat(closed)).mode & 0o777, 0o700);
  assert.match((await readClusterRecord(dataDir))?.clusterDirectory ?? '', /^\/var\/lib\/onfile\//);
  const second = await startEmbeddedPostgres({ dataDir, settings });
  await second.stop();
});

test('an ordinary user can start it', { skip: onlyRoot }, async (t) => {
  const ids = await Promise.all(['-u', '-g'].map((option) => runAs(null, 'id', [option, 'nobody'])));
  const [uid = 0, gid = 0] = ids.map(({ output }) => Number(output));
  if (!(await canEnter({ uid, gid }, import.meta.dirname))) return t.skip('the checkout is closed to ordinary users');
  const dataDir = await temporaryDataDirectory(t);
  await chown(dataDir, uid, gid);
  const child = await startInChild(t, dataDir, { uid, gid });
  assert.equal(child.answer.refusal, undefined);
  assert.deepEqual(await query(child.answer.url, 'SELECT 1 AS one'), [{ one: 1 }]);
  assert.equal((await stat(dataDir)).mode & 0o777, 0o700);
  assert.equal((await stat(join(dataDir, 'postgres'))).uid, uid);
});

test('a database whose passwords are lost is not mistaken for a new one', async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  await mkdir(join(dataDir, 'postgres'));
  await assert.rejects(startEmbeddedPostgres({ dataDir, settings }), /holds a database but no postgres\.json/);
});
