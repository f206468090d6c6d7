import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { auditOf, eventsOf } from './harness/look-inside.ts';
import { keyHeader } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

let server: TestServer;
let beside: TestServer;
let acme: TestTenant;
let other: TestTenant;

before(async () => {
  server = await startTestServer();
  beside = await startTestServer({}, server);
  acme = await server.tenant('acme');
  other = await server.tenant('other');
});

after(async () => {
  await beside.stop();
  await server.stop();
});

const get = (tenant: TestTenant, tenantId = tenant.tenantId): Promise<Answer> =>
  server.call('GET', `/tenants/${tenantId}/settings`, { headers: keyHeader(tenant) });

const put = (tenant: TestTenant, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  server.call('PUT', `/tenants/${tenant.tenantId}/settings`, { headers: { ...keyHeader(tenant), ...headers }, body });

const history = (tenant: TestTenant, query = '', tenantId = tenant.tenantId): Promise<Answer> =>
  server.call('GET', `/tenants/${tenantId}/settings/history${query}`, { headers: keyHeader(tenant) });

const settings = {
  name: 'Gym',
  locale: 'de-CH',
  timeZone: 'Europe/Zurich',
  country: 'CH',
  currency: 'CHF',
  permittedPaymentChoices: { MEMBER_ACCOUNT: ['CH_DD', 'CREDIT_CARD'] },
  rateLimitPerMinute: 5000,
  concurrencyPolicy: 'version-only',
  replacedNumberRetentionDays: 7,
  allowedOrigins: ['https://gym.example', 'http://localhost:3000'],
  creditorIdentifiers: { LSV: 'ABC1W', SEPA_CORE: 'DE98ZZZ09999999999' },
  failedAttemptLimits: { session: 5, address: 0 },
  retentionDays: { audit: 400, events: 30 },
};

describe('a tenant’s settings', () => {
  it('are read, replaced and read again as they were sent', async () => {
    const made = await get(acme);
    assert.equal(made.status, 200);
    assert.equal(made.headers.get('etag'), '"1"');
    const { createdAt, modifiedAt, ...fresh } = made.body;
    assert.equal(createdAt, modifiedAt);
    assert.deepEqual(fresh, {
      tenantId: 'acme',
      mode: 'test',
      name: 'acme',
      locale: 'en',
      timeZone: 'UTC',
      country: 'GB',
      currency: 'GBP',
      permittedPaymentChoices: {},
      concurrencyPolicy: 'strict',
      replacedNumberRetentionDays: 30,
      allowedOrigins: [],
      version: 1,
    });

    const replaced = await put(acme, settings, { 'if-match': '"1"' });
    assert.equal(replaced.status, 200, JSON.stringify(replaced.body));
    assert.equal(replaced.headers.get('etag'), '"2"');
    assert.ok(replaced.body.modifiedAt > modifiedAt);
    const stamps = { tenantId: 'acme', mode: 'test', version: 2, createdAt, modifiedAt: replaced.body.modifiedAt };
    assert.deepEqual(replaced.body, { ...settings, ...stamps });
    assert.deepEqual((await get(acme)).body, replaced.body);
  });

  it('can be sent back as they were answered, with null for what is not set', async () => {
    const tenant = await server.tenant('round-trip');
    const { body } = await get(tenant);
    const answer = await put(tenant, { ...body, rateLimitPerMinute: null, permittedPaymentChoices: { ECOM: null } });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const { version, modifiedAt, ...same } = answer.body;
    assert.deepEqual(same, (({ version: _, modifiedAt: __, ...rest }) => rest)(body));
    assert.equal(version, 2);
    assert.ok(modifiedAt > body.modifiedAt);
  });

  it('take effect in every process, not only in the one that took them', async () => {
    const tenant = await server.tenant('quick');
    const refusal = () => beside.call('GET', '/v1/customers/999999', { headers: keyHeader(tenant) });
    assert.match((await refusal()).body.errorMessage, /was not found/);
    await put(tenant, { ...settings, locale: 'de' });
    await until(async () => /nicht gefunden/.test((await refusal()).body.errorMessage));
    assert.deepEqual((await beside.services.tenantById('quick'))?.allowedOrigins, settings.allowedOrigins);
    assert.deepEqual((await beside.services.tenantById('quick'))?.permittedPaymentChoices, {
      MEMBER_ACCOUNT: settings.permittedPaymentChoices.MEMBER_ACCOUNT,
      ECOM: null,
    });
  });

  it('keep every version with who made it, the newest first', async () => {
    const tenant = await server.tenant('versions');
    for (let n = 2; n <= 52; n++) await put(tenant, { ...settings, name: `Gym ${n}` });
    const first = await history(tenant, '?sliceSize=50');
    assert.equal(first.status, 200);
    assert.equal(first.body.hasNext, true);
    const second = await history(tenant, `?sliceSize=50&offset=${first.body.offset}`);
    assert.equal(second.body.hasNext, false);
    assert.ok(!('offset' in second.body));
    const all = [...first.body.result, ...second.body.result];
    assert.deepEqual(
      all.map(({ version }) => version),
      Array.from({ length: 52 }, (_, n) => 52 - n),
    );
    const { version, modifiedAt, modifiedBy, ...content } = all[0];
    assert.deepEqual(content, { ...settings, name: 'Gym 52' });
    assert.deepEqual(modifiedBy, { kind: 'api-key', id: tenant.apiKeyId });
    assert.equal(modifiedAt, (await get(tenant)).body.modifiedAt);
    assert.deepEqual(all.at(-1).modifiedBy, { kind: 'command-line', id: 'test' });
    assert.equal(version, 52);
  });

  it('leave an audit entry and an event that names the fields', async () => {
    const tenant = await server.tenant('traced');
    const { body } = await get(tenant);
    await put(tenant, { ...body, name: 'New name', currency: 'EUR' });
    const audit = await auditOf(server, 'traced', 'traced');
    assert.deepEqual(
      audit.map(({ name, sealed }) => [name, sealed]),
      [
        ['tenant.updated', true],
        ['tenant.created', false],
      ],
    );
    const [event] = await eventsOf(server, 'traced', 'traced');
    assert.deepEqual(event?.payload, { changed_fields: ['currency', 'name'] });
    assert.equal(event?.version, 2);
  });
});

describe('a change of the settings is refused', () => {
  it('when it was based on an earlier version, and says what has changed', async () => {
    const tenant = await server.tenant('outdated');
    const { body } = await get(tenant);
    await put(tenant, { ...body, currency: 'EUR' });
    const byTag = await put(tenant, { ...body, version: undefined }, { 'if-match': '"1"' });
    assertRefused(byTag, 412, 'record.precondition.failed', 'If-Match');
    const byVersion = await put(tenant, body);
    assertRefused(byVersion, 409, 'record.version.conflict', 'version');
    for (const { body: refusal, headers } of [byTag, byVersion]) {
      assert.deepEqual(refusal.args, ['2', 'currency']);
      assert.equal(headers.get('etag'), '"2"');
    }
    await put(tenant, { ...settings, concurrencyPolicy: 'if-match-required' });
    assertRefused(await put(tenant, settings), 428, 'record.precondition.required', 'If-Match');
    assert.equal((await put(tenant, settings, { 'if-match': '"3"' })).status, 200);
  });

  it('when it loses a race: of changes of one version exactly one is made', async () => {
    const tenant = await server.tenant('racing');
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => put(tenant, { ...settings, name: `Name ${n}` }, { 'if-match': '"1"' })),
    );
    assert.deepEqual(answers.map(({ status }) => String(status)).toSorted(), ['200', ...Array<string>(9).fill('412')]);
    const blind = await Promise.all([put(tenant, settings), put(tenant, settings)]);
    assert.deepEqual(blind.map(({ body }) => String(body.version)).toSorted(), ['3', '4']);
  });

  it('naming the setting that cannot be used', async () => {
    const bad: [object, string, string][] = [
      [{ name: ' ' }, 'validation.required', 'name'],
      [{ name: 'Gym 4111 1111 1111 1111' }, 'card.number.found', 'name'],
      [{ locale: 'xx' }, 'validation.format', 'locale'],
      [{ timeZone: 'Mars/Olympus' }, 'validation.format', 'timeZone'],
      [{ country: 'UK' }, 'validation.format', 'country'],
      [{ currency: 'XXQ' }, 'validation.format', 'currency'],
      [
        { permittedPaymentChoices: { ECOM: ['BARTER'] } },
        'validation.allowed.values',
        'permittedPaymentChoices.ECOM[0]',
      ],
      [{ permittedPaymentChoices: { SHOP: [] } }, 'validation.unknown.field', 'permittedPaymentChoices.SHOP'],
      [{ rateLimitPerMinute: 0 }, 'validation.range', 'rateLimitPerMinute'],
      [{ concurrencyPolicy: 'none' }, 'validation.allowed.values', 'concurrencyPolicy'],
      [{ customFieldPolicy: 'closed' }, 'validation.allowed.values', 'customFieldPolicy'],
      [{ failedAttemptLimits: { session: -1 } }, 'validation.range', 'failedAttemptLimits.session'],
      [{ failedAttemptLimits: { address: 1.5 } }, 'validation.type', 'failedAttemptLimits.address'],
      [{ failedAttemptLimits: { customer: 10_001 } }, 'validation.range', 'failedAttemptLimits.customer'],
      [{ failedAttemptLimits: { card: 3 } }, 'validation.unknown.field', 'failedAttemptLimits.card'],
      [{ retentionDays: { audit: 364 } }, 'validation.range', 'retentionDays.audit'],
      [{ retentionDays: { events: 36_501 } }, 'validation.range', 'retentionDays.events'],
      [{ retentionDays: { dust: 30 } }, 'validation.unknown.field', 'retentionDays.dust'],
      [{ replacedNumberRetentionDays: -1 }, 'validation.range', 'replacedNumberRetentionDays'],
      [{ allowedOrigins: ['https://a.example', 'https://b.example/path'] }, 'validation.format', 'allowedOrigins[1]'],
      [{ allowedOrigins: undefined }, 'validation.required', 'allowedOrigins'],
      [
        { creditorIdentifiers: { SEPA_CORE: 'DE97ZZZ09999999999' } },
        'validation.value',
        'creditorIdentifiers.SEPA_CORE',
      ],
      [{ creditorIdentifiers: { BACS: '12345' } }, 'validation.value', 'creditorIdentifiers.BACS'],
      [{ creditorIdentifiers: { CARD: '1' } }, 'validation.unknown.field', 'creditorIdentifiers.CARD'],
      [{ mode: 'live' }, 'validation.value', 'mode'],
      [{ tenantId: 'acme' }, 'validation.id.mismatch', 'tenantId'],
      [{ colour: 'red' }, 'validation.unknown.field', 'colour'],
    ];
    const { body: current } = await get(other);
    for (const [overrides, code, reference] of bad) {
      assertRefused(await put(other, { ...settings, ...overrides }), 400, code, reference);
    }
    assert.deepEqual((await get(other)).body, current);
  });

  it('of another tenant, as of one that does not exist', async () => {
    for (const suffix of ['', '/history']) {
      const ask = (tenantId: string) =>
        server.call('GET', `/tenants/${tenantId}/settings${suffix}`, { headers: keyHeader(acme) });
      assertRefused(await ask('other'), 404, 'tenant.not.found', 'tenantId');
      assertSameRefusal(await ask('other'), await ask('nobody'));
      assertSameRefusal(await ask('other'), await ask("x', '"));
    }
    const replace = (tenantId: string) =>
      server.call('PUT', `/tenants/${tenantId}/settings`, { headers: keyHeader(acme), body: settings });
    assertRefused(await replace('other'), 404, 'tenant.not.found', 'tenantId');
    assertSameRefusal(await replace('other'), await replace('nobody'));
  });

  it('without a key, and without the scope', async () => {
    const path = '/tenants/acme/settings';
    assertRefused(await server.call('GET', path), 401, 'authentication.required');
    const reader = await server.tenant('reader', { scopes: ['TENANT_READ'] });
    assert.equal((await get(reader)).status, 200);
    assertRefused(await put(reader, settings), 403, 'permission.denied');
    const stranger = await server.tenant('stranger', { scopes: ['CUSTOMER_READ'] });
    assertRefused(await get(stranger), 403, 'permission.denied');
    assertRefused(await history(stranger), 403, 'permission.denied');
  });
});

it('a retry with the same Idempotency-Key changes the settings once', async () => {
  const tenant = await server.tenant('retried');
  const headers = { 'idempotency-key': 'settings-1' };
  const first = await put(tenant, settings, headers);
  const again = await put(tenant, settings, headers);
  assert.deepEqual(again.body, first.body);
  assert.equal(again.headers.get('etag'), '"2"');
  assert.equal((await get(tenant)).body.version, 2);
});
