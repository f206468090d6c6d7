import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Scope } from '../src/contract/scopes.ts';
import { assertRefused } from './harness/assert-refused.ts';
import {
  ask,
  capture,
  compare,
  conflictsOf,
  fieldBody,
  readRestore,
  restore,
} from './harness/configuration-snapshots.ts';
import { auditOf, eventsOf, query } from './harness/look-inside.ts';
import { createRecord, getRecord, keyHeader, putRecord } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;

before(async () => {
  server = await startTestServer();
});

after(() => server.stop());

const none = { added: [], removed: [], changed: [] };

async function changeSettings(tenant: TestTenant, changes: object): Promise<void> {
  const path = `/tenants/${tenant.tenantId}/settings`;
  const { body } = await server.call('GET', path, { headers: keyHeader(tenant) });
  const headers = { ...keyHeader(tenant), 'if-match': `"${body.version}"` };
  const answer = await server.call('PUT', path, { headers, body: { ...body, ...changes } });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

const actions = (trail: readonly { name: string }[]): string[] => trail.map(({ name }) => name);

describe('a restore of the configuration', () => {
  it('puts back settings, fields and accounts as ordinary next versions, and retires what was not there then', async () => {
    const club = await server.tenant('club');
    await ask(server, club, 'POST', '/customFields/club', fieldBody('level__c', { help_text: 'Gold or silver' }));
    const { id } = await capture(server, club);
    await changeSettings(club, { name: 'Renamed', concurrencyPolicy: 'if-match-required' });
    const match = { 'if-match': '"1"' };
    await ask(server, club, 'PUT', '/customFields/club/level__c', fieldBody('level__c'), match);
    await ask(server, club, 'POST', '/customFields/club', fieldBody('later__c'));
    const account = `/merchantAccounts/club/${club.merchantAccountId}`;
    await ask(server, club, 'DELETE', account, undefined, match);
    const { body: later } = await ask(server, club, 'POST', '/merchantAccounts/club', { name: 'Later' });

    const done = await restore(server, club, id);
    assert.equal(done['state'], 'done', JSON.stringify(done));
    const { settings, custom_fields, merchant_accounts, conflicts } = done['counts'];
    assert.deepEqual([settings, custom_fields, merchant_accounts, conflicts], [1, 2, 2, 0]);

    const difference = await compare(server, club, id, 'current');
    assert.deepEqual(difference.settings, none);
    assert.deepEqual(difference.custom_fields, { ...none, added: ['later__c'] });
    assert.deepEqual(difference.merchant_accounts, { ...none, added: [later.id] });
    assert.equal((await ask(server, club, 'GET', '/customFields/club/later__c')).body.is_active, false);
    assert.equal((await ask(server, club, 'GET', `/merchantAccounts/club/${later.id}`)).body.is_active, false);
    const field = (await ask(server, club, 'GET', '/customFields/club/level__c')).body;
    assert.deepEqual([field.help_text, field.sys_version], ['Gold or silver', 3]);

    const trail = await auditOf(server, 'club', club.merchantAccountId);
    assert.deepEqual(actions(trail).at(-1), 'merchant_account.updated');
    assert.deepEqual(actions(await eventsOf(server, 'club', later.id)).at(-1), 'merchant_account.deactivated');
    const [line] = await query<{ actor: string }>(
      server,
      `SELECT actor_id AS actor FROM audit_entries
       WHERE tenant_id = 'club' AND action = 'tenant.updated' ORDER BY subject_version DESC LIMIT 1`,
    );
    assert.equal(line?.actor, club.clientId);
  });

  it('a second time changes nothing', async () => {
    const gym = await server.tenant('gym');
    const { id } = await capture(server, gym);
    await changeSettings(gym, { name: 'Renamed' });
    await restore(server, gym, id);
    const earlier = await ask(server, gym, 'GET', `/events/gym?limit=500`);
    const { counts, state } = await restore(server, gym, id);
    assert.deepEqual([state, counts.settings, counts.custom_fields, counts.merchant_accounts], ['done', 0, 0, 0]);
    const later = await ask(server, gym, 'GET', `/events/gym?limit=500`);
    assert.equal(later.body.Count, earlier.body.Count);
  });

  it('as a dry run counts what it would change, and changes nothing', async () => {
    const dry = await server.tenant('dry');
    const record = await createRecord(server, dry);
    const { id } = await capture(server, dry);
    await changeSettings(dry, { name: 'Renamed' });
    await putRecord(server, dry, { ...record, name: 'Changed' });
    const { counts, state, dry_run } = await restore(server, dry, id, { dry_run: true, with_records: true });
    assert.deepEqual([state, dry_run, counts.settings, counts.records], ['done', true, 1, 1]);
    assert.equal((await getRecord(server, dry, record.id)).body.name, 'Changed');
    assert.equal((await compare(server, dry, id, 'current')).settings.changed.length, 1);
  });

  it('needs the scopes that changing the same by hand would, and another for records', async () => {
    const all: Scope[] = ['SNAPSHOT_READ', 'SNAPSHOT_WRITE', 'TENANT_WRITE', 'CUSTOM_FIELD_WRITE'];
    const few = await server.tenant('few', { scopes: all });
    const { id } = await capture(server, few);
    const path = `/configurationSnapshots/few/${id}`;
    assertRefused(await ask(server, few, 'POST', `${path}/restore`, {}), 403, 'permission.denied');
    const enough = await server.tenant('enough', { scopes: [...all, 'MERCHANT_ACCOUNT_WRITE'] });
    const mine = await capture(server, enough);
    const own = `/configurationSnapshots/enough/${mine['id']}`;
    assert.equal((await ask(server, enough, 'POST', `${own}/restore`, {})).status, 202);
    const withRecords = { with_records: true };
    assertRefused(await ask(server, enough, 'POST', `${own}/restore`, withRecords), 403, 'permission.denied');
    const sandbox = { ...withRecords, tenant_id: 'enough-box' };
    assertRefused(await ask(server, enough, 'POST', `${own}/sandboxes`, sandbox), 403, 'permission.denied');
  });

  it('is listed and read by its tenant alone, and survives the deletion of its snapshot', async () => {
    const one = await server.tenant('one');
    const two = await server.tenant('two');
    const { id } = await capture(server, one);
    await changeSettings(one, { name: 'Renamed' });
    const ordered = await ask(server, one, 'POST', `/configurationSnapshots/one/${id}/restore`, {});
    assert.deepEqual([ordered.body.state, ordered.body.phase], ['waiting', 'configuration']);
    await ask(server, one, 'DELETE', `/configurationSnapshots/one/${id}`);
    const foreign = `/configurationSnapshotRestores/two/${ordered.body.id}`;
    for (const path of [foreign, `${foreign}/conflicts`]) {
      assertRefused(await ask(server, two, 'GET', path), 404, 'configuration.snapshot.restore.not.found');
    }
    const page = await ask(server, one, 'GET', '/configurationSnapshotRestores/one');
    assert.deepEqual(page.body.Items, [ordered.body]);
    const again = await capture(server, one, 'Again');
    await restore(server, one, again['id']);
    const { state, snapshot_id, counts } = await readRestore(server, one, ordered.body.id);
    assert.deepEqual([state, snapshot_id, counts.settings], ['done', id, 1]);
  });
});

describe('a restore with records', () => {
  it('makes each record what it was, as a next version that names the snapshot', async () => {
    const shop = await server.tenant('shop');
    const changed = await createRecord(server, shop, { sys_external_id: 'ext-1' });
    const deleted = await createRecord(server, shop, { name: 'Deleted' });
    const same = await createRecord(server, shop, { name: 'Same' });
    const { id } = await capture(server, shop);
    await putRecord(server, shop, { ...changed, name: 'Changed', sys_external_id: 'ext-2' });
    await ask(server, shop, 'DELETE', `/storedPaymentMethods/shop/${deleted.id}`);
    const later = await createRecord(server, shop, { name: 'Later' });

    const done = await restore(server, shop, id, { with_records: true });
    const { records, records_unchanged, records_skipped, conflicts } = done['counts'];
    assert.deepEqual([done['state'], records, records_unchanged, records_skipped, conflicts], ['done', 2, 1, 1, 0]);
    const restored = (await getRecord(server, shop, changed.id)).body;
    assert.deepEqual(
      [restored.name, restored.sys_external_id, restored.sys_version, restored.sys_configuration_snapshot_id],
      ['Work card', 'ext-1', 3, id],
    );
    assert.deepEqual(restored.merchant_account_tokens, changed.merchant_account_tokens);
    const back = (await getRecord(server, shop, deleted.id)).body;
    assert.deepEqual([back.name, back.sys_version, back.sys_configuration_snapshot_id], ['Deleted', 3, id]);
    assert.equal((await getRecord(server, shop, same.id)).body.sys_version, 1);
    assert.equal((await getRecord(server, shop, later.id)).body.sys_version, 1);
    const events = await eventsOf(server, 'shop', changed.id);
    assert.equal(events.at(-1)?.name, 'stored_payment_method.restored');
    assert.equal(actions(await auditOf(server, 'shop', changed.id)).at(-1), 'stored_payment_method.restored');

    const again = await restore(server, shop, id, { with_records: true });
    assert.deepEqual([again['counts'].records, again['counts'].records_unchanged], [0, 3]);
    assert.equal((await getRecord(server, shop, changed.id)).body.sys_version, 3);
  });

  it('lists what it could not put back, with the reason, and puts back the rest', async () => {
    const yard = await server.tenant('yard');
    const locked = await createRecord(server, yard, { name: 'Locked' });
    const replaced = await createRecord(server, yard, { name: 'Replaced' });
    const taken = await createRecord(server, yard, { name: 'Taken', sys_external_id: 'mine' });
    const fine = await createRecord(server, yard, { name: 'Fine' });
    const { id } = await capture(server, yard);
    await putRecord(server, yard, { ...locked, name: 'Changed', sys_locked: true });
    const token = { merchant_account_id: yard.merchantAccountId, token: 'tok_other' };
    await putRecord(server, yard, { ...replaced, last_four_digits: '1111', merchant_account_tokens: [token] });
    await putRecord(server, yard, { ...taken, sys_external_id: 'other' });
    await createRecord(server, yard, { sys_external_id: 'mine' });
    await putRecord(server, yard, { ...fine, name: 'Changed' });

    const done = await restore(server, yard, id, { with_records: true });
    assert.deepEqual([done['state'], done['counts'].records, done['counts'].conflicts], ['done', 1, 3]);
    const found = await conflictsOf(server, yard, done['id']);
    const codes = new Map(found.map((conflict) => [conflict['id'], conflict['error_code']]));
    assert.equal(codes.get(locked.id), 'errormessage.record.locked');
    assert.equal(codes.get(replaced.id), 'errormessage.record.version.other.number');
    assert.equal(codes.get(taken.id), 'errormessage.record.external.id.taken');
    assert.equal((await getRecord(server, yard, fine.id)).body.name, 'Fine');
    assert.equal((await getRecord(server, yard, locked.id)).body.name, 'Changed');
    const page = await ask(server, yard, 'GET', `/configurationSnapshotRestores/yard/${done['id']}/conflicts?limit=2`);
    const rest = await ask(
      server,
      yard,
      'GET',
      `/configurationSnapshotRestores/yard/${done['id']}/conflicts?exclusiveStartKey=${encodeURIComponent(page.body.LastEvaluatedKey)}`,
    );
    assert.deepEqual([...page.body.Items, ...rest.body.Items], found);
  });

  it('brings no record back to a contact who was deactivated since', async () => {
    const left = await server.tenant('left');
    const record = await createRecord(server, left);
    const { id } = await capture(server, left);
    await ask(server, left, 'DELETE', `/storedPaymentMethods/left/${record.id}`);
    await ask(server, left, 'DELETE', `/contacts/left/${left.contactId}`);
    const done = await restore(server, left, id, { with_records: true });
    const [conflict] = await conflictsOf(server, left, done['id']);
    assert.deepEqual(conflict, {
      resource: 'stored_payment_method',
      id: record.id,
      error_code: 'errormessage.record.reference.missing',
    });
  });
});
