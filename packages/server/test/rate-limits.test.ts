import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { readConfig } from '../src/config.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { query } from './harness/look-inside.ts';
import { bearer, keyHeader } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const limit = 20;
const minute = 60_000;

let server: TestServer;
let beside: TestServer;
let tenants = 0;
let acme: TestTenant;

before(async () => {
  server = await startTestServer({ rateLimitPerMinute: limit });
  beside = await startTestServer({ rateLimitPerMinute: limit }, server);
});

beforeEach(async () => {
  acme = await server.tenant(`acme-${++tenants}`);
});

after(async () => {
  await beside.stop();
  await server.stop();
});

const readCustomer = (tenant = acme, on = server): Promise<Answer> =>
  on.call('GET', `/v1/customers/${tenant.customerId}`, { headers: keyHeader(tenant) });

const readInstrument = (): Promise<Answer> =>
  server.call('GET', `/v1/customers/${acme.customerId}/account/payment-instrument`, { headers: keyHeader(acme) });

async function readCustomerTimes(times: number, tenant = acme): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let n = 0; n < times; n++) answers.push(await readCustomer(tenant));
  return answers;
}

const statuses = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status);
const header = (answer: Answer | undefined, name: string): number => Number(answer?.headers.get(name));

/** The clock runs on between request and assertion, by less than a second unless the machine is asleep. */
function assertSeconds(actual: number, expected: number): void {
  assert.ok(actual <= expected && actual >= expected - 3, `${actual} s, expected ${expected} s`);
}

describe('requests of one key to one endpoint', () => {
  it('are answered up to the limit and denied beyond it, with what is left and for how long', async () => {
    const answers = await readCustomerTimes(limit + 2);
    assert.deepEqual(statuses(answers), [...Array.from({ length: limit }, () => 200), 429, 429]);
    for (const [n, answer] of answers.slice(0, limit).entries()) {
      assert.equal(header(answer, 'ratelimit-limit'), limit);
      assert.equal(header(answer, 'ratelimit-remaining'), limit - n - 1);
      assertSeconds(header(answer, 'ratelimit-reset'), 60);
      assert.equal(answer.headers.get('ratelimit-policy'), `"requests";q=${limit};w=60`);
      assert.match(answer.headers.get('ratelimit') ?? '', new RegExp(`^"requests";r=${limit - n - 1};t=\\d+$`));
      assert.equal(answer.headers.get('retry-after'), null);
    }
    const denied = answers.at(limit);
    assert.ok(denied);
    assertRefused(denied, 429, 'rate.limit.exceeded');
    const seconds = header(denied, 'retry-after');
    assertSeconds(seconds, 60);
    assert.equal(header(denied, 'ratelimit-remaining'), 0);
    assert.equal(header(denied, 'ratelimit-reset'), seconds);
    assert.deepEqual(denied.body.typedArgs, [{ type: 'TERM', value: { value: seconds, unit: 'SECOND' } }]);
  });

  it('that come all at once over two processes are counted exactly', async () => {
    const answers = await Promise.all(
      Array.from({ length: 3 * limit }, (_, n) => readCustomer(acme, n % 2 === 0 ? server : beside)),
    );
    const served = answers.filter(({ status }) => status === 200);
    assert.equal(served.length, limit);
    assert.equal(answers.filter(({ status }) => status === 429).length, 2 * limit);
    const left = served.map((answer) => header(answer, 'ratelimit-remaining')).toSorted((one, other) => one - other);
    assert.deepEqual(
      left,
      Array.from({ length: limit }, (_, n) => n),
    );
  });

  it('begin anew a minute after the first, when the limit was kept', async () => {
    await readCustomerTimes(limit - 1);
    server.clock.advance(minute);
    const [answer] = await readCustomerTimes(1);
    assert.deepEqual([answer?.status, header(answer, 'ratelimit-remaining')], [200, limit - 1]);
  });

  it('are all denied for the minute after the limit was exceeded, to the second', async () => {
    await readCustomerTimes(limit);
    server.clock.advance(50_000);
    const [exceeding] = await readCustomerTimes(1);
    assert.equal(exceeding?.status, 429);
    const seconds = header(exceeding, 'retry-after');
    assertSeconds(seconds, 60);
    server.clock.advance((seconds - 5) * 1000);
    for (const on of [server, beside]) {
      const denied = await readCustomer(acme, on);
      assert.equal(denied.status, 429);
      assertSeconds(header(denied, 'retry-after'), 5);
    }
    server.clock.advance(5000);
    assert.equal((await readCustomer()).status, 200);
    assert.equal((await readCustomer(acme, beside)).status, 200);
  });

  it('are denied until the last second of what they were told, and served when it is over', async () => {
    server.clock.stop();
    try {
      for (const lateMs of [0, 999, 30_500]) {
        const tenant = await server.tenant(`${acme.tenantId}-${lateMs}`);
        await readCustomerTimes(limit + 1, tenant);
        server.clock.advance(lateMs);
        const denied = await readCustomer(tenant);
        const seconds = header(denied, 'retry-after');
        assert.equal(seconds, Math.ceil((minute - lateMs) / 1000));
        assert.equal(denied.headers.get('ratelimit'), `"requests";r=0;t=${seconds}`);
        server.clock.advance((seconds - 1) * 1000);
        assert.deepEqual(
          [(await readCustomer(tenant)).status, (await readCustomer(tenant, beside)).status],
          [429, 429],
        );
        server.clock.advance(1000);
        assert.deepEqual(
          [(await readCustomer(tenant)).status, (await readCustomer(tenant, beside)).status],
          [200, 200],
        );
      }
    } finally {
      server.clock.goOn();
    }
  });

  it('that are denied do not prolong the denial', async () => {
    await readCustomerTimes(limit + 1);
    for (let n = 0; n < 5; n++) {
      server.clock.advance(10_000);
      assert.deepEqual([(await readCustomer()).status, (await readCustomer(acme, beside)).status], [429, 429]);
    }
    server.clock.advance(10_000);
    assert.equal((await readCustomer()).status, 200);
  });
});

describe('what is left', () => {
  const names = ['ratelimit', 'ratelimit-policy', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'];
  const told = ({ headers }: Answer): boolean[] => names.map((name) => headers.has(name));
  const all = names.map(() => true);
  const nothing = names.map(() => false);

  it('is told with failures too, since they count', async () => {
    const path = `/v1/customers/${acme.customerId}`;
    for (const [address, headers, status] of [
      ['/v1/customers/1', {}, 404],
      [`${path}?unknown=1`, {}, 400],
      [path, { accept: 'text/html' }, 406],
    ] as const) {
      const answer = await server.call('GET', address, { headers: { ...keyHeader(acme), ...headers } });
      assert.deepEqual([answer.status, told(answer)], [status, all]);
    }
  });

  it('is told to nobody who is not known or not permitted', async () => {
    const denied = await server.tenant(`${acme.tenantId}-denied`, { scopes: ['PAYMENT_WRITE'] });
    assert.deepEqual(told(await readCustomer(denied)), nothing);
    assert.deepEqual(told(await server.call('GET', '/v1/customers')), nothing);
  });
});

describe('a limit', () => {
  it('is counted for each endpoint and each key by itself', async () => {
    await readCustomerTimes(limit + 1);
    const other = await server.tenant(`${acme.tenantId}-other`);
    assert.equal((await readInstrument()).status, 200);
    assert.equal((await readCustomer(other)).status, 200);
    const contact = await server.call('GET', `/contacts/${acme.tenantId}/${acme.contactId}`, { headers: bearer(acme) });
    assert.deepEqual([contact.status, header(contact, 'ratelimit-remaining')], [200, limit - 1]);
    assert.equal((await readCustomer()).status, 429);
  });

  it('is counted over all the paths of an endpoint', async () => {
    await readCustomerTimes(limit - 1);
    const unknown = () => server.call('GET', '/v1/customers/1', { headers: keyHeader(acme) });
    assert.deepEqual([(await unknown()).status, (await unknown()).status], [404, 429]);
  });

  it('can be a tenant’s own', async () => {
    const small = await server.tenant(`${acme.tenantId}-small`, { rateLimitPerMinute: 2 });
    assert.deepEqual(statuses(await readCustomerTimes(3, small)), [200, 200, 429]);
    const large = await server.tenant(`${acme.tenantId}-large`, { rateLimitPerMinute: 2 * limit });
    assert.deepEqual(new Set(statuses(await readCustomerTimes(2 * limit, large))), new Set([200]));
    assert.equal((await readCustomer(large)).status, 429);
  });

  it('is not spent by callers that are not known or not permitted', async () => {
    const denied = await server.tenant(`${acme.tenantId}-denied`, { scopes: ['PAYMENT_WRITE'] });
    assert.deepEqual(new Set(statuses(await readCustomerTimes(limit + 5, denied))), new Set([403]));
    const stranger = { ...acme, apiKey: `${acme.apiKey.slice(0, -1)}${acme.apiKey.endsWith('A') ? 'B' : 'A'}` };
    assert.deepEqual(new Set(statuses(await readCustomerTimes(limit + 5, stranger))), new Set([401]));
    assert.equal((await readCustomer()).status, 200);
  });

  it('stands before the body is looked at', async () => {
    const send = () =>
      server.call('POST', '/v1/customers/create', {
        headers: { ...keyHeader(acme), 'content-type': 'application/json' },
        body: '{malformed',
      });
    const answers: Answer[] = [];
    for (let n = 0; n <= limit; n++) answers.push(await send());
    assert.deepEqual(statuses(answers), [...Array.from({ length: limit }, () => 400), 429]);
  });
});

describe('RATE_LIMIT_PER_MINUTE=0', () => {
  it('means no limit but a tenant’s own', async () => {
    assert.equal(readConfig({ RATE_LIMIT_PER_MINUTE: '0' }).rateLimitPerMinute, null);
    assert.equal(readConfig({}).rateLimitPerMinute, 1000);
    const unlimited = await startTestServer({ rateLimitPerMinute: null }, server);
    try {
      const answers = await Promise.all(Array.from({ length: 3 * limit }, () => readCustomer(acme, unlimited)));
      assert.deepEqual(new Set(statuses(answers)), new Set([200]));
      assert.equal(answers[0]?.headers.get('ratelimit-limit'), null);
      const small = await server.tenant(`${acme.tenantId}-small`, { rateLimitPerMinute: 1 });
      assert.equal((await readCustomer(small, unlimited)).status, 200);
      assert.equal((await readCustomer(small, unlimited)).status, 429);
    } finally {
      await unlimited.stop();
    }
  });
});

describe('what is kept for counting', () => {
  it('is one row for each key and endpoint', async () => {
    await readCustomerTimes(5);
    const [row] = await query<{ count: number }>(
      server,
      'SELECT count(*)::int AS count FROM rate_limits WHERE tenant_id = $1 AND bucket LIKE $2',
      [acme.tenantId, '%GET /v1/customers/:customerId'],
    );
    assert.equal(row?.count, 1);
  });
});
