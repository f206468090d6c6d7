import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { numbersOf, pickCard, useCard, withNewCustomer } from './harness/gateway.ts';
import { auditOf, eventsOf, query } from './harness/look-inside.ts';
import {
  bearer,
  createRecord,
  enterCard,
  getRecord,
  mastercard,
  putRecord,
  replaceInstrument,
  visa,
} from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { wholeBody } from './harness/stored-payment-method-fields.ts';

let server: TestServer;
let acme: TestTenant;
let careful: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  careful = await server.tenant('careful', { concurrencyPolicy: 'if-match-required' });
});

after(() => server.stop());

const remove = (id: string, headers: Record<string, string> = {}, tenant = acme): Promise<Answer> =>
  server.call('DELETE', `/storedPaymentMethods/${tenant.tenantId}/${id}`, {
    headers: { ...bearer(tenant), ...headers },
  });

const listed = async (contactId: string): Promise<string[]> => {
  const path = `/storedPaymentMethods/acme/contact/${contactId}`;
  const { body } = await server.call('GET', path, { headers: bearer(acme) });
  return body.Items.map(({ id }: { id: string }) => id);
};

describe('a deleted record', () => {
  it('is answered once more, as its last version, with who deleted it', async () => {
    const record = await createRecord(server, acme, wholeBody(acme));
    const { status, body, headers } = await remove(record.id);
    assert.equal(status, 200);
    const { sys_last_modified_at: at, sys_last_security_context: _, ...rest } = body;
    const { sys_last_modified_at: earlier, sys_last_security_context: __, ...was } = record;
    assert.deepEqual(rest, { ...was, sys_version: 2, sys_deleted_by_id: acme.clientId });
    assert.ok(at > earlier);
    assert.equal(headers.get('etag'), '"2"');
  });

  it('is not found any more by any call, like one that never was', async () => {
    const ada = await withNewCustomer(server, acme);
    const record = await createRecord(server, ada);
    const kept = await createRecord(server, ada);
    await remove(record.id);
    assertRefused(await getRecord(server, acme, record.id), 404, 'record.not.found');
    assertRefused(await putRecord(server, acme, record), 404, 'record.not.found');
    assertSameRefusal(await remove(record.id), await remove('spm_none'));
    assert.deepEqual(await listed(ada.contactId), [kept.id]);
  });

  it('gives its external id back', async () => {
    const record = await createRecord(server, acme, { sys_external_id: 'crm-1' });
    const other = await createRecord(server, acme);
    assertRefused(
      await putRecord(server, acme, { ...other, sys_external_id: 'crm-1' }),
      409,
      'record.external.id.taken',
      'sys_external_id',
    );
    await remove(record.id);
    const again = await putRecord(server, acme, { ...other, sys_external_id: 'crm-1' });
    assert.deepEqual([again.status, again.body.sys_external_id], [200, 'crm-1']);
    const dry = await putRecord(server, acme, { ...again.body, sys_directive: 'dry-run' });
    assert.equal(dry.status, 200);
  });

  it('keeps its history, and leaves an audit entry and an event in the same transaction', async () => {
    const record = await createRecord(server, acme);
    await remove(record.id);
    const versions = await query<{ xid: string; deleted: boolean; by: string | null }>(
      server,
      `SELECT xmin::text AS xid, sys_deleted_at IS NOT NULL AS deleted, sys_deleted_by_id AS by
       FROM stored_payment_method_versions WHERE id = $1 ORDER BY sys_version`,
      [record.id],
    );
    assert.deepEqual(
      versions.map(({ deleted, by }) => [deleted, by]),
      [
        [false, null],
        [true, acme.clientId],
      ],
    );
    const [audit, event] = [await auditOf(server, 'acme', record.id), await eventsOf(server, 'acme', record.id)];
    for (const trace of [audit.at(-1), event.at(-1)]) {
      assert.deepEqual(
        [trace?.xid, trace?.name, trace?.version],
        [versions[1]?.xid, 'stored_payment_method.deleted', 2],
      );
    }
    assert.deepEqual([audit.length, event.length], [2, 2]);
  });

  it('has its number destroyed after the retention, and attracts no new entry of the same number', async () => {
    const ada = await withNewCustomer(server, acme);
    const first = await useCard(server, ada, visa);
    await createRecord(server, ada, { type: 'electronic check', credit_card_type: 'other' });
    const other = await withSecondCard(ada);
    await remove(first.storedPaymentMethodId);
    const [number] = await numbersOf(server, ada.customerId);
    const days = ((number?.destroy_after?.getTime() ?? 0) - Date.now()) / 86_400_000;
    assert.ok(days > 29 && days < 31, `${days} days`);
    const { body } = await replaceInstrument(server, ada, await enterCard(server, ada, visa));
    assert.equal(body.storedPaymentMethodId, other);
  });

  it('cannot be picked by a customer who saw it before', async () => {
    const ada = await withNewCustomer(server, acme);
    const record = await createRecord(server, ada);
    const token = await pickCard(server, ada, '4242');
    await remove(record.id);
    const answer = await replaceInstrument(server, ada, token);
    assertRefused(answer, 409, 'payment.instrument.changed', 'paymentRequestToken');
  });

  /** Leaves the first card on file, where the account bills another record. */
  async function withSecondCard(ada: TestTenant): Promise<string> {
    const picked = await createRecord(server, ada, { last_four_digits: '1881' });
    const { body } = await replaceInstrument(server, ada, await pickCard(server, ada, '1881'));
    assert.equal(body.storedPaymentMethodId, picked.id);
    return picked.id;
  }
});

describe('a deletion is refused', () => {
  const assertTried = async (id: string, tenant = acme, untried?: object): Promise<void> => {
    const { body } = await getRecord(server, tenant, id);
    assert.equal(body.sys_deleted_by_id, tenant.clientId);
    if (untried) assert.deepEqual(body, { ...untried, sys_deleted_by_id: tenant.clientId });
  };

  it('of an account’s instrument, which then names who tried, in the same version', async () => {
    const ada = await withNewCustomer(server, acme);
    const { storedPaymentMethodId: id } = await useCard(server, ada, mastercard);
    const { body: record } = await getRecord(server, acme, id);
    assertRefused(await remove(id), 409, 'record.in.use');
    await assertTried(id, acme, record);
    const audit = await auditOf(server, 'acme', id);
    assert.deepEqual(
      audit.map(({ name, version }) => [name, version]),
      [
        ['account_payment_instrument.replaced', 1],
        ['stored_payment_method.deletion_refused', null],
      ],
    );
    assert.equal((await eventsOf(server, 'acme', id)).length, 1);
  });

  it('of a locked record, before anything else', async () => {
    const record = await createRecord(server, acme, { sys_locked: true });
    assertRefused(await remove(record.id, { 'if-match': '"7"' }), 409, 'record.locked');
    await assertTried(record.id, acme, record);
  });

  it('where If-Match names another version or is missing though demanded', async () => {
    const record = await createRecord(server, acme);
    await putRecord(server, acme, { ...record, name: 'Renamed' });
    const stale = await remove(record.id, { 'if-match': '"1"' });
    assertRefused(stale, 412, 'record.precondition.failed', 'If-Match');
    assert.deepEqual(stale.body.args, ['2', 'name']);
    await assertTried(record.id);
    const theirs = await createRecord(server, careful);
    assertRefused(await remove(theirs.id, {}, careful), 428, 'record.precondition.required', 'If-Match');
    assert.equal((await remove(theirs.id, { 'if-match': '"1"' }, careful)).status, 200);
  });

  it('and who tried is remembered by the versions after', async () => {
    const record = await createRecord(server, acme, { sys_locked: true });
    await remove(record.id);
    const answer = await putRecord(server, acme, { ...record, sys_locked: false });
    assert.deepEqual([answer.status, answer.body.sys_deleted_by_id], [200, acme.clientId]);
    assert.equal((await remove(record.id)).status, 200);
  });
});

describe('deleting once more', () => {
  it('under one Idempotency-Key answers the same again', async () => {
    const record = await createRecord(server, acme);
    const headers = { 'idempotency-key': 'delete-once' };
    const [first, again] = [await remove(record.id, headers), await remove(record.id, headers)];
    assert.deepEqual([again.status, again.body], [200, first.body]);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
  });

  it('64 times at once deletes once', async () => {
    const record = await createRecord(server, acme);
    const answers = await Promise.all(Array.from({ length: 64 }, () => remove(record.id)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    for (const answer of answers) if (answer.status !== 200) assertRefused(answer, 404, 'record.not.found');
    assert.equal((await eventsOf(server, 'acme', record.id)).length, 2);
  });
});
