import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type PlainRequest, sendPlain } from './harness/failure-walk/plain-request.ts';
import type { walkedStatuses } from './harness/failure-walk/statuses.ts';
import { type Producer, walkEvery } from './harness/failure-walk/walk.ts';
import { tenantLocale as own, readyToSucceed, takesStream } from './harness/failure-walk/world.ts';
import { query } from './harness/look-inside.ts';
import type { Operation } from './harness/openapi-operations.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
/** A tenant that demands `If-Match`. */
let careful: TestTenant;
/** A tenant none of whose requests with an Idempotency-Key ever comes to its end. */
let busy: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme', { locale: own, timeZone: 'Europe/Stockholm' });
  careful = await server.tenant('careful', { locale: own, concurrencyPolicy: 'if-match-required' });
  busy = await server.tenant('busy', { locale: own });
});

after(() => server.stop());

const withHeader = (request: PlainRequest, name: string, value: string): PlainRequest => ({
  ...request,
  headers: { ...request.headers, [name]: value },
});

/** A request whose key has an answer; where it can be, that is a refusal, since those are kept too. */
async function answered(tenant: TestTenant, operation: Operation): Promise<PlainRequest> {
  const { requests } = await readyToSucceed(server, tenant, operation);
  const keyed = withHeader(requests[0], 'idempotency-key', 'walk');
  const request = '412' in operation.answers ? withHeader(keyed, 'if-match', '"997"') : keyed;
  const { status, text } = await sendPlain(server.url, request, {});
  assert.ok(status < 300 || status === 412, `${operation.name}: ${text}`);
  return request;
}

/** Of the keys that the tenant has used, as if each first request were still at work. */
const setRunning = (tenant: TestTenant): Promise<object[]> =>
  query(
    server,
    `UPDATE idempotency_keys SET sealed_answer = NULL, attempt_until = expires_at
     WHERE tenant_id = $1 AND sealed_answer IS NOT NULL RETURNING scope_hash`,
    [tenant.tenantId],
  );

const producers: Record<(typeof walkedStatuses.states)[number], Producer> = {
  '409': async (operation) => {
    if (takesStream(operation)) {
      const { requests } = await readyToSucceed(server, acme, operation);
      const url = requests[0].url.replace('offset=0', 'offset=5');
      return [{ what: 'bytes that do not follow the last ones', own, request: { ...requests[0], url, body: 'a' } }];
    }
    const request = await answered(busy, operation);
    // A batch keeps the answers of its parts too.
    assert.ok((await setRunning(busy)).length > 0);
    return [{ what: 'an Idempotency-Key whose request is under way', own, request }];
  },
  '412': async (operation) => {
    const { requests } = await readyToSucceed(server, acme, operation);
    return requests.map((request) => ({
      what: 'another version',
      own,
      request: withHeader(request, 'if-match', '"999"'),
    }));
  },
  '422': async (operation) => {
    const request = await answered(acme, operation);
    return [{ what: 'an Idempotency-Key of another request', own, request: withHeader(request, 'if-match', '"998"') }];
  },
  '428': async (operation) => {
    const { requests } = await readyToSucceed(server, careful, operation);
    return requests.map((request) => ({ what: 'no version', own, request }));
  },
};

describe('every operation that promises the failure', () => {
  for (const [status, produce] of Object.entries(producers)) {
    it(`answers ${status} as documented, in the language of the caller`, () => walkEvery(server, status, produce));
  }
});
