import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startBackgroundTasks } from '../src/jobs/background-tasks.ts';
import { createLogger } from '../src/log.ts';
import { bareEnvironment } from './harness/bare-environment.ts';
import { csv, linesOf, rowsOf } from './harness/csv.ts';
import { createRecord, visa } from './harness/main-job.ts';
import { type CommandResult, onfile } from './harness/onfile-command.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

let server: TestServer;
let settings: Record<string, string>;
let directory: string;
let worker: ReturnType<typeof startBackgroundTasks>;

before(async () => {
  server = await startTestServer();
  settings = { DATABASE_URL: server.database.url, MASTER_KEY_FILE: server.services.config.masterKeyFile };
  directory = await mkdtemp(join(tmpdir(), 'onfile-test-'));
  worker = startBackgroundTasks(server.services, createLogger('error'));
});

after(async () => {
  await worker.stop();
  await server.stop();
  await rm(directory, { recursive: true });
});

const row = (tenant: TestTenant, overrides: Record<string, string> = {}) => ({
  contact_id: tenant.contactId,
  credit_card_type: 'visa',
  last_four_digits: '4242',
  'merchant_account_tokens[0].merchant_account_id': tenant.merchantAccountId,
  'merchant_account_tokens[0].token': 'tok_loaded',
  name: 'Work card',
  name_on_account: 'Ada Test',
  type: 'credit card',
  sys_external_id: '',
  ...overrides,
});

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

const bulkLoad = (tenant: TestTenant, ...args: string[]): Promise<CommandResult> =>
  onfile(['bulk-load', '--tenant', tenant.tenantId, ...args], settings);

describe('onfile bulk-load', () => {
  it('loads a file and says what came of it, to people', async () => {
    const acme = await server.tenant('people');
    const path = await fileOf('members.csv', csv([row(acme), row(acme, { name: 'Other card' })]));
    const { exitCode, stdout, stderr } = await bulkLoad(acme, path);
    assert.deepEqual([exitCode, stderr], [0, ''], stdout);
    assert.match(
      stdout,
      /^Bulk load \S+ of members\.csv is done\.\n {2}succeeded +2 {2}\(2 created, 0 updated\)\n {2}unchanged +0\n {2}failed +0\n {2}unprocessed +0\n$/,
    );
  });

  it('says it to programs as the API does, and exits with 1 when a row failed', async () => {
    const acme = await server.tenant('programs');
    const path = await fileOf('some.csv', csv([row(acme), row(acme, { contact_id: 'nobody' })]));
    const { exitCode, stdout } = await bulkLoad(acme, path, '--json');
    const document = JSON.parse(stdout);
    assert.equal(exitCode, 1);
    assert.deepEqual(
      [document.state, document.succeeded, document.failed, document.unprocessed, document.source_file],
      ['done', 1, 1, 0, 'some.csv'],
    );
  });

  it('names the first rows that failed, or writes them all to a file', async () => {
    const acme = await server.tenant('failures');
    const rows = [row(acme), ...Array.from({ length: 7 }, () => row(acme, { name: `Card ${visa}` }))];
    const path = await fileOf('failing.csv', csv(rows));
    const { stdout } = await bulkLoad(acme, path);
    assert.match(stdout, /^Row 2: name: .+\nRow 3: .+\nRow 4: .+\nRow 5: .+\nRow 6: .+\nAnd 2 more; --failed-to/m);
    assert.doesNotMatch(stdout, new RegExp(visa));
    for (const name of ['failed.csv', 'failed.ndjson']) {
      const failedTo = join(directory, name);
      assert.match((await bulkLoad(acme, path, '--failed-to', failedTo)).stdout, /^Why rows failed is in \S+\.$/m);
      const written = await readFile(failedTo, 'utf8');
      const numbers = name.endsWith('csv')
        ? rowsOf(written).map((failed) => [failed['record_no'], failed['errorCode']])
        : linesOf(written).map((failed) => [String(failed['record_no']), failed['error'].errorCode]);
      assert.deepEqual(
        numbers,
        rows.slice(1).map((_, n) => [String(n + 2), 'errormessage.card.number.found']),
      );
    }
  });

  it('tells in a line each what is wrong with a row, and writes all of it', async () => {
    const acme = await server.tenant('several');
    const path = await fileOf('wrong.csv', csv([row(acme, { last_four_digits: '42', type: 'cash', expires: 'soon' })]));
    const failures = [
      ['errormessage.validation.length', 'last_four_digits'],
      ['errormessage.validation.allowed.values', 'type'],
    ];
    const lines = (await bulkLoad(acme, path)).stdout.split('\n').filter((line) => line.startsWith('Row 1: '));
    assert.deepEqual(
      lines.map((line) => line.split(': ')[1]),
      failures.map(([, reference]) => reference),
    );
    const failedTo = join(directory, 'several.ndjson');
    await bulkLoad(acme, path, '--failed-to', failedTo);
    const [written] = linesOf(await readFile(failedTo, 'utf8'));
    const { error } = written ?? {};
    assert.deepEqual(
      [error, ...error.errors].map(({ errorCode, reference }) => [errorCode, reference]),
      failures,
    );
  });

  it('takes packed files, NDJSON, other names of columns, a null marker and standard input', async () => {
    const acme = await server.tenant('forms');
    const ndjson = `${JSON.stringify(row(acme, { sys_external_id: 'a' }))}\n`;
    const packed = await bulkLoad(acme, await fileOf('packed.jsonl.gz', gzipSync(ndjson)), '--json');
    assert.equal(JSON.parse(packed.stdout).created, 1, packed.stdout);

    const path = await fileOf('columns', 'Key,Town,Remark,expires\na,Bern,nothing,-\n');
    const mapping = [
      '--mapping',
      'Key=sys_external_id',
      '--mapping',
      'Town=billing_address.city',
      '--mapping',
      'Remark=',
    ];
    const mapped = await bulkLoad(acme, path, '--format', 'csv', ...mapping, '--null-marker', '-', '--json');
    assert.equal(JSON.parse(mapped.stdout).updated, 1, mapped.stdout);

    const child = spawn(
      process.execPath,
      [command, 'bulk-load', '-', '--tenant', 'forms', '--format', 'ndjson', '--dry-run', '--json'],
      { env: { ...bareEnvironment(), ...settings }, stdio: ['pipe', 'pipe', 'inherit'] },
    );
    child.stdin.end(ndjson.replace('"a"', '"b"'));
    const document = JSON.parse(await text(child.stdout));
    assert.deepEqual([document.dry_run, document.created, document.source_file], [true, 1, undefined]);
    const { stdout } = await onfile(['export', '--tenant', 'forms', '--format', 'ndjson'], settings);
    assert.deepEqual(
      linesOf(stdout).map((line) => [line['sys_external_id'], line['billing_address'].city]),
      [['a', 'Bern']],
    );
  });

  it('says what is wrong with what it was given, before anything is loaded', async () => {
    const acme = await server.tenant('wrong');
    const path = await fileOf('right.csv', csv([row(acme)]));
    const refused = async (expected: number, complaint: RegExp, ...args: string[]) => {
      const { exitCode, stdout, stderr } = await bulkLoad(acme, ...args);
      assert.deepEqual([exitCode, stdout], [expected, '']);
      assert.match(stderr, complaint);
    };
    await refused(1, /^onfile: \S+nothing\.csv cannot be read \(ENOENT\)\.\n$/, join(directory, 'nothing.csv'));
    await refused(2, /--format csv or --format ndjson/, await fileOf('unnamed', 'x'));
    await refused(2, /COLUMN=PATH/, path, '--mapping', 'Town');
    await refused(1, /ENOENT/, path, '--failed-to', join(directory, 'missing', 'failed.csv'));
    const unknown = await bulkLoad(acme, await fileOf('unknown.csv', 'name,nmae\na,b\n'));
    assert.equal(unknown.exitCode, 1);
    assert.match(unknown.stdout, /^Bulk load \S+ of unknown\.csv failed\.\nnmae: /);
  });

  it('cancels the load at ctrl-C, and says what became of it', async () => {
    const acme = await server.tenant('cancelled');
    await worker.stop();
    try {
      const path = await fileOf('long.csv', csv([row(acme)]));
      const child = spawn(process.execPath, [command, 'bulk-load', path, '--tenant', 'cancelled', '--json'], {
        env: { ...bareEnvironment(), ...settings },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const printed = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      await until(async () => {
        const waiting = { name: '', text: `SELECT 1 FROM background_tasks WHERE tenant_id = $1 AND state = 'waiting'` };
        const [found] = await server.services.db.single('cancelled', waiting, ['cancelled']);
        return found;
      });
      child.kill('SIGINT');
      const [stdout, stderr, [exitCode]] = await printed;
      assert.deepEqual([exitCode, JSON.parse(stdout).state], [1, 'cancelled']);
      assert.match(stderr, /^onfile: cancelling the load; .* GET \/bulkLoads\/cancelled\/\S+ tells how it ends\.\n$/);
    } finally {
      worker = startBackgroundTasks(server.services, createLogger('error'));
    }
  });
});

describe('onfile export', () => {
  it('prints a file that bulk-load takes back unchanged', async () => {
    const acme = await server.tenant('back');
    await createRecord(server, acme, { name: '=1+1', billing_address: { line1: 'a\n"b"' } });
    const { exitCode, stdout } = await onfile(['export', '--tenant', 'back'], settings);
    assert.deepEqual([exitCode, rowsOf(stdout)[0]?.['name']], [0, '=1+1']);
    const loaded = await bulkLoad(acme, await fileOf('export.csv', stdout), '--json');
    assert.deepEqual([loaded.exitCode, JSON.parse(loaded.stdout).unchanged], [0, 1], loaded.stdout);
  });
});

const command = resolve(import.meta.dirname, '../bin/onfile.js');
