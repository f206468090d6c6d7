import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runBackgroundTasks } from './harness/background-tasks.ts';
import { load } from './harness/bulk-loads.ts';
import { csv, linesOf, rowsOf } from './harness/csv.ts';
import { bearer, createRecord, recordBody } from './harness/main-job.ts';
import { type CommandResult, onfile } from './harness/onfile-command.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const told = (body: any): [code: string, reference: string | undefined][] =>
  [body, ...(body.errors ?? [])].map((one) => [one.errorCode.replace('errormessage.', ''), one.reference]);

const command = (...args: string[]): Promise<CommandResult> => {
  const { masterKeyFile } = server.services.config;
  return onfile(args, { DATABASE_URL: server.database.url, MASTER_KEY_FILE: masterKeyFile });
};

const wrongRow = (): Record<string, string> => ({
  contact_id: acme.contactId,
  credit_card_type: 'gold',
  last_four_digits: '42',
  'merchant_account_tokens[0].merchant_account_id': acme.merchantAccountId,
  'merchant_account_tokens[0].token': 'tok_loaded',
  name: 'Work card',
  type: 'cash',
  expires: '2034-12-31',
});
const ofWrongRow = [
  ['validation.allowed.values', 'credit_card_type'],
  ['validation.length', 'last_four_digits'],
  ['validation.required', 'name_on_account'],
  ['validation.allowed.values', 'type'],
];

const results = (id: string, parameters: string, headers: Record<string, string> = {}): Promise<Answer> =>
  server.call('GET', `/bulkLoads/${acme.tenantId}/${id}/results?${parameters}`, {
    headers: { ...bearer(acme), ...headers },
  });

describe('a row of a bulk load', () => {
  it('that is wrong in several ways has all of them in its result, in the reader’s language', async () => {
    const { id } = await load(server, acme, csv([wrongRow()]));
    const [line] = linesOf((await results(id, 'format=ndjson', { 'accept-language': 'fr' })).body);
    assert.deepEqual(told(line?.['error']), ofWrongRow);
    assert.match(line?.['error'].errors[1].errorMessage, /^Une valeur|^Il manque|^Une /);
    const [row] = rowsOf((await results(id, 'format=csv')).body);
    const others = JSON.parse(row?.['errors'] ?? '');
    assert.deepEqual(
      told({ errorCode: row?.['errorCode'], reference: row?.['reference'], errors: others }),
      ofWrongRow,
    );
  });

  it('has every cell that cannot be read in it, and the first ten failures at most', async () => {
    const cells = { ...wrongRow(), sys_locked: 'perhaps', 'billing_address.latitude': 'north' };
    const wide = { ...recordBody(acme), custom_field_values: Array.from({ length: 30 }, () => ({ list_value: 1 })) };
    const first = await load(server, acme, csv([cells]));
    const second = await load(server, acme, `${JSON.stringify(wide)}\n`, { format: 'ndjson' });
    const [unread] = linesOf((await results(first['id'], 'format=ndjson')).body);
    assert.deepEqual(told(unread?.['error']), [
      ['validation.type', 'sys_locked'],
      ['validation.type', 'billing_address.latitude'],
    ]);
    const [many] = linesOf((await results(second['id'], 'format=ndjson')).body);
    assert.equal(many?.['error'].errors.length, 9);
  });

  it('is not read where the header names columns that no record has, each of which is told', async () => {
    const { error } = await load(server, acme, csv([{ ...wrongRow(), colour: 'red', shape: 'round' }]));
    assert.deepEqual(told(error), [
      ['validation.unknown.field', 'colour'],
      ['validation.unknown.field', 'shape'],
    ]);
  });
});

describe('a conflict of a bulk data operation', () => {
  it('tells all that the change would break of the record', async () => {
    const { id } = await createRecord(server, acme, { sys_external_id: 'conflict' });
    const patch = [
      { op: 'remove', path: '/name' },
      { op: 'replace', path: '/type', value: 'cash' },
      { op: 'add', path: '/expires', value: 7 },
    ];
    const path = `/bulkDataOperations/${acme.tenantId}`;
    const headers = bearer(acme);
    const order = { kind: 'change', filter: { contact_id: acme.contactId }, patch };
    const { body } = await server.call('POST', path, { headers, body: order });
    await runBackgroundTasks(server, acme.tenantId);
    const conflicts = await server.call('GET', `${path}/${body.id}/conflicts`, { headers });
    const conflict = conflicts.body.Items.find((item: any) => item.id === id);
    assert.deepEqual(told(conflict.error), [
      ['validation.type', 'expires'],
      ['validation.required', 'name'],
      ['validation.allowed.values', 'type'],
    ]);
  });
});

describe('onfile', () => {
  it('tells people each failure on a line of its own, and programs all in one document', async () => {
    const set = ['tenant', 'set', 'acme', '--locale', 'xx', '--country', 'UK', '--allowed-origin', 'shop.example'];
    const people = await command(...set);
    assert.equal(people.exitCode, 1);
    const lines = people.stderr.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => /^onfile: ([^:]+): .+\.$/.exec(line)?.[1]),
      ['locale', 'country', 'allowedOrigins[0]'],
    );
    const { stdout } = await command(...set, '--json');
    assert.deepEqual(told(JSON.parse(stdout).error), [
      ['validation.format', 'locale'],
      ['validation.format', 'country'],
      ['validation.format', 'allowedOrigins[0]'],
    ]);
  });
});
