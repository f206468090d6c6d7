import { after, before, describe, it } from 'node:test';
import type { Services } from '../src/context.ts';
import { openDatabase } from '../src/store/database.ts';
import { requestCounter } from '../src/store/rate-limits.ts';
import { findTenant } from '../src/store/tenants.ts';
import { type PlainRequest, sendPlain } from './harness/failure-walk/plain-request.ts';
import type { walkedStatuses } from './harness/failure-walk/statuses.ts';
import { type Producer, walkEvery } from './harness/failure-walk/walk.ts';
import {
  isToken,
  localeOf,
  nobodysLocale,
  type Ready,
  readyToFail,
  tenantLocale,
} from './harness/failure-walk/world.ts';
import type { Operation } from './harness/openapi-operations.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let ready: (operation: Operation) => Ready;
/** Grants one request a minute. */
let strict: TestServer;
/** Fails in a way that nobody thought of, once it knows the caller. */
let broken: TestServer;
/** Loses its database once it knows the caller. */
let losing: TestServer;
/** Has no database at all. */
let dark: TestServer;

/** Nothing listens there. */
const nowhere = 'postgres://onfile@127.0.0.1:1/onfile';
const database = openDatabase({ url: nowhere, connections: 1, onError: () => {} });
/** A tenant that is looked up where there are no credentials, and whose look-up fails. */
const unreadable = 'unreadable';
const unlimited = { rateLimitPerMinute: 1_000_000 };

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme', { locale: tenantLocale, timeZone: 'Europe/Stockholm' });
  ready = await readyToFail(server, acme);
  strict = await startTestServer({ rateLimitPerMinute: 1 }, server);
  broken = await startTestServer(unlimited, server);
  const fail = () => Promise.reject(new TypeError('nobody thought of it'));
  failWith(broken, { countRequest: fail, tenantById: fail });
  losing = await startTestServer(unlimited, server);
  const counting = requestCounter(database, losing.clock.now);
  failWith(losing, { countRequest: counting, tenantById: () => findTenant(database, unreadable) });
  dark = await startTestServer({}, { ...server, database: { ...server.database, url: nowhere } });
});

after(async () => {
  await database.close();
  for (const other of [strict, broken, losing, dark, server]) await other.stop();
});

/** Each request is counted once its caller is known; where nobody needs to be known, the tenant is looked up. */
function failWith({ services }: TestServer, failing: Pick<Services, 'countRequest' | 'tenantById'>): void {
  const found = { ...services };
  services.countRequest = (tenantId, of) => failing.countRequest(tenantId, of);
  services.tenantById = (tenantId) => (tenantId === unreadable ? failing : found).tenantById(tenantId);
}

function requestFor(operation: Operation): PlainRequest {
  const { requests } = ready(operation);
  const [request] = requests;
  return operation.security === null ? { ...request, url: request.url.replace('/acme/', `/${unreadable}/`) } : request;
}

const producers: Record<(typeof walkedStatuses.servers)[number], Producer> = {
  '429': async (operation) => {
    const request = requestFor(operation);
    // A request counts before it is refused; the token endpoint counts the ones that are not.
    const url = isToken(operation) ? request.url : `${request.url.split('?')[0]}?unknown=1`;
    await sendPlain(strict.url, { ...request, url }, {});
    return [{ what: 'a second request in a minute', own: tenantLocale, at: strict, request }];
  },
  '500': async (operation) => {
    const request = requestFor(operation);
    return [{ what: 'a failure that nobody thought of', own: localeOf(operation), at: broken, request }];
  },
  '503': async (operation) => {
    const request = requestFor(operation);
    return [
      { what: 'a database that went away', own: localeOf(operation), at: losing, request },
      { what: 'no database', own: nobodysLocale, at: dark, request },
    ];
  },
};

describe('every operation that promises the failure', () => {
  for (const [status, produce] of Object.entries(producers)) {
    it(`answers ${status} as documented, in the language of the caller`, () => walkEvery(server, status, produce));
  }
});
