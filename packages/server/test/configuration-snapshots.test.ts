import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { scopes } from '../src/contract/scopes.ts';
import { createClient } from '../src/ops/clients/create.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { ask, capture, compare, fieldBody } from './harness/configuration-snapshots.ts';
import { auditOf, query } from './harness/look-inside.ts';
import { keyHeader } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let other: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  other = await server.tenant('other');
});

after(() => server.stop());

const url = (id = '') => `/configurationSnapshots/acme${id === '' ? '' : `/${id}`}`;
const nothing = { added: [], removed: [], changed: [] };

async function changeSettings(tenant: TestTenant, changes: object): Promise<void> {
  const path = `/tenants/${tenant.tenantId}/settings`;
  const { body } = await server.call('GET', path, { headers: keyHeader(tenant) });
  const answer = await server.call('PUT', path, { headers: keyHeader(tenant), body: { ...body, ...changes } });
  assert.equal(answer.status, 200);
}

describe('a snapshot', () => {
  it('holds settings, custom fields and merchant accounts as they are', async () => {
    await ask(server, acme, 'POST', '/customFields/acme', fieldBody('since__c', { help_text: 'A year' }));
    const snapshot = await capture(server, acme, 'Before the change');
    const { body: settings } = await server.call('GET', '/tenants/acme/settings', { headers: keyHeader(acme) });
    const { tenantId: _, mode: __, createdAt: ___, version: ____, modifiedAt: _____, ...content } = settings;
    assert.deepEqual(snapshot['document'].settings, content);
    const [field] = snapshot['document'].custom_fields;
    assert.deepEqual([field.id, field.help_text, field.is_active], ['since__c', 'A year', true]);
    const [account] = snapshot['document'].merchant_accounts;
    assert.deepEqual([account.id, account.name, account.is_active], [acme.merchantAccountId, 'Main shop', true]);
    assert.equal(snapshot['format_version'], 1);
    const read = await ask(server, acme, 'GET', url(snapshot['id']));
    assert.deepEqual(read.body, snapshot);
  });

  it('is listed without its document, the newest first, page by page', async () => {
    const first = await capture(server, acme, 'One');
    const second = await capture(server, acme, 'Two');
    const page = (await ask(server, acme, 'GET', `${url()}?limit=1`)).body;
    assert.deepEqual([page.Count, page.Items[0].id, 'document' in page.Items[0]], [1, second['id'], false]);
    const next = await ask(server, acme, 'GET', `${url()}?limit=1&exclusiveStartKey=${page.LastEvaluatedKey}`);
    assert.equal(next.body.Items[0].id, first['id']);
  });

  it('is captured once for one Idempotency-Key, and leaves a line in the audit', async () => {
    const twice = await Promise.all([
      ask(server, acme, 'POST', url(), { name: 'Once' }, { 'idempotency-key': 'once' }),
      ask(server, acme, 'POST', url(), { name: 'Once' }, { 'idempotency-key': 'once' }),
    ]);
    const created = twice.find(({ status }) => status === 201);
    assert.ok(created);
    const rows = await query(server, `SELECT 1 FROM configuration_snapshots WHERE name = 'Once'`);
    assert.equal(rows.length, 1);
    const lines = await auditOf(server, 'acme', created.body.id);
    assert.deepEqual(
      lines.map(({ name }) => name),
      ['configuration_snapshot.created'],
    );
  });

  it('is gone once it is deleted', async () => {
    const { id } = await capture(server, acme);
    assert.equal((await ask(server, acme, 'DELETE', url(id))).status, 200);
    for (const method of ['GET', 'DELETE']) {
      assertRefused(await ask(server, acme, method, url(id)), 404, 'configuration.snapshot.not.found');
    }
  });

  it('needs a name, and takes no card number in its texts', async () => {
    assertRefused(await ask(server, acme, 'POST', url(), {}), 400, 'validation.required', 'name');
    assertRefused(await ask(server, acme, 'POST', url(), { name: ' ' }), 400, 'validation.required', 'name');
    for (const [field, body] of [
      ['name', { name: '4242 4242 4242 4242' }],
      ['description', { name: 'A', description: 'card 4242424242424242' }],
    ] as const) {
      assertRefused(await ask(server, acme, 'POST', url(), body), 400, 'card.number.found', field);
    }
    const unknown = await ask(server, acme, 'POST', url(), { name: 'A', document: {} });
    assertRefused(unknown, 400, 'validation.unknown.field', 'document');
  });

  it('is another tenant’s to nobody, and is refused in the language that was asked for', async () => {
    const { id } = await capture(server, other);
    const paths = [
      ['GET', url(id)],
      ['DELETE', url(id)],
      ['GET', `${url(id)}/compare?with=current`],
      ['POST', `${url(id)}/restore`],
      ['POST', `${url(id)}/sandboxes`],
    ] as const;
    for (const [method, path] of paths) {
      const body = method !== 'POST' ? undefined : path.endsWith('restore') ? {} : { tenant_id: 'acme-box' };
      const answer = await ask(server, acme, method, path, body, { 'accept-language': 'de' });
      assertRefused(answer, 404, 'configuration.snapshot.not.found');
      assert.match(answer.body.errorMessage, /nicht gefunden/);
    }
    const mine = await capture(server, acme);
    const answer = await ask(server, acme, 'GET', `${url(mine['id'])}/compare?with=${id}`);
    assertRefused(answer, 404, 'configuration.snapshot.not.found', 'with');
    assert.deepEqual(await query(server, `SELECT 1 FROM tenants WHERE tenant_id = 'acme-box'`), []);
  });

  it('is not for a client of one contact', async () => {
    const ctx = await tenantContext(server.services, 'acme', {
      kind: 'command-line',
      id: 'test',
      scopes: new Set(scopes),
    });
    const client = await createClient(ctx, { name: 'limited', scopes, contactId: acme.contactId });
    const { body } = await server.call('POST', '/oauth/token', {
      body: {
        grant_type: 'client_credentials',
        client_id: client.clientId,
        client_secret: client.clientSecret.reveal(),
      },
    });
    const limited = { ...acme, accessToken: body.access_token };
    const { id } = await capture(server, acme);
    for (const [method, path, content] of [
      ['POST', url(), { name: 'Mine' }],
      ['GET', url(), undefined],
      ['GET', url(id), undefined],
      ['DELETE', url(id), undefined],
      ['GET', `${url(id)}/compare?with=current`, undefined],
      ['POST', `${url(id)}/restore`, {}],
      ['POST', `${url(id)}/sandboxes`, { tenant_id: 'limited-box' }],
      ['GET', '/configurationSnapshotRestores/acme', undefined],
      ['GET', '/configurationSnapshotRestores/acme/x', undefined],
      ['GET', '/configurationSnapshotRestores/acme/x/conflicts', undefined],
    ] as const) {
      assertRefused(await ask(server, limited, method, path, content), 403, 'permission.denied');
    }
  });
});

describe('a comparison', () => {
  it('of a snapshot with what is unchanged shows nothing', async () => {
    const { id } = await capture(server, acme);
    const again = await capture(server, acme);
    const none = { settings: nothing, custom_fields: nothing, merchant_accounts: nothing };
    assert.deepEqual(await compare(server, acme, id, 'current'), none);
    assert.deepEqual(await compare(server, acme, id, again['id']), none);
  });

  it('names what was added, removed and changed, with the values before and after', async () => {
    const club = await server.tenant('club');
    const field = fieldBody('level__c', { constraints: { options: ['gold', 'silver'] } });
    await ask(server, club, 'POST', '/customFields/club', field);
    const { id } = await capture(server, club);
    await changeSettings(club, { name: 'Club two', permittedPaymentChoices: { MEMBER_ACCOUNT: ['SEPA'] } });
    const changed = fieldBody('level__c', { constraints: { options: ['gold'] } });
    await ask(server, club, 'PUT', '/customFields/club/level__c', changed);
    await ask(server, club, 'POST', '/customFields/club', fieldBody('new__c'));
    const { body: account } = await ask(server, club, 'POST', '/merchantAccounts/club', { name: 'Second' });
    await ask(server, club, 'DELETE', `/merchantAccounts/club/${club.merchantAccountId}`);

    const second = await capture(server, club, 'After');
    const expected = {
      settings: {
        ...nothing,
        changed: [
          {
            id: 'settings',
            fields: [
              { path: 'name', before: 'club', after: 'Club two' },
              { path: 'permittedPaymentChoices.MEMBER_ACCOUNT', after: ['SEPA'] },
            ],
          },
        ],
      },
      custom_fields: {
        ...nothing,
        added: ['new__c'],
        changed: [
          {
            id: 'level__c',
            fields: [{ path: 'constraints.options', before: ['gold', 'silver'], after: ['gold'] }],
          },
        ],
      },
      merchant_accounts: {
        ...nothing,
        added: [account.id],
        changed: [{ id: club.merchantAccountId, fields: [{ path: 'is_active', before: true, after: false }] }],
      },
    };
    assert.deepEqual(await compare(server, club, id, 'current'), expected);
    assert.deepEqual(await compare(server, club, id, second['id']), expected);
    const back = await compare(server, club, second['id'], id);
    assert.deepEqual([back.custom_fields.removed, back.custom_fields.added], [['new__c'], []]);
  });

  it('says with what', async () => {
    const { id } = await capture(server, acme);
    assertRefused(await ask(server, acme, 'GET', `${url(id)}/compare`), 400, 'validation.required', 'with');
  });
});
