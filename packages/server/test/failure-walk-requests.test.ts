import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { walkedStatuses } from './harness/failure-walk/statuses.ts';
import { type Failure, type Producer, walkEvery } from './harness/failure-walk/walk.ts';
import {
  isToken,
  localeOf,
  nobodysLocale,
  type Ready,
  readyToFail,
  takesStream,
  tenantLocale,
} from './harness/failure-walk/world.ts';
import { type Operation, operationsOf } from './harness/openapi-operations.ts';
import { startTestServer, type TestServer } from './harness/server.ts';

let server: TestServer;
/** The operation's requests, for whatever is refused. */
let ready: (operation: Operation) => Ready;

before(async () => {
  server = await startTestServer();
  ready = await readyToFail(server, await server.tenant('acme', { locale: tenantLocale }));
});

after(() => server.stop());

const json = { 'content-type': 'application/json' };
const defaultBodyLimit = 1_048_576;
const mostPartBytes = 16 * 1_048_576;

const producers: Record<(typeof walkedStatuses.requests)[number], Producer> = {
  '400': async (operation) => {
    const { requests } = ready(operation);
    const [request] = requests;
    const [path] = request.url.split('?');
    const own = localeOf(operation);
    const failures: Failure[] = [];
    if (!isToken(operation))
      failures.push({ what: 'an unknown parameter', own, request: { ...request, url: `${path}?unknown=1` } });
    if (request.body === undefined) return failures;
    const bad = (what: string, body: string): Failure => ({ what, own, request: { ...request, body } });
    failures.push(bad('malformed JSON', '{"a":'), bad('a body that is a number', '7'));
    if (operation.body?.type === 'object') failures.push(bad('nothing but an unknown field', '{"unknown":1}'));
    return failures;
  },
  '406': async (operation) => {
    const { requests } = ready(operation);
    const request = { ...requests[0], headers: { ...requests[0].headers, accept: 'image/png' } };
    // The token endpoint looks at credentials once it has read the body.
    const own = isToken(operation) ? nobodysLocale : localeOf(operation);
    return [{ what: 'an image', own, request }];
  },
  '413': async (operation) => {
    const { requests } = ready(operation);
    const [request] = requests;
    const body = Buffer.alloc(1 + (takesStream(operation) ? mostPartBytes : defaultBodyLimit), 'x');
    const headers = { ...request.headers, ...json };
    return [{ what: 'too large a body', own: localeOf(operation), request: { ...request, headers, body } }];
  },
  '415': async (operation) => {
    const { requests } = ready(operation);
    const [request] = requests;
    const headers = { ...request.headers, 'content-type': 'text/plain' };
    return [{ what: 'a text', own: localeOf(operation), request: { ...request, headers, body: 'a' } }];
  },
};

describe('every operation that promises the failure', () => {
  for (const [status, produce] of Object.entries(producers)) {
    it(`answers ${status} as documented, in the language of the caller`, () => walkEvery(server, status, produce));
  }
});

describe('a failure that is documented', () => {
  it('is one that some test produces at every operation', async () => {
    const documented = (await operationsOf(server)).flatMap(({ answers }) => Object.keys(answers));
    const failures = [...new Set(documented)].filter((status) => !/^2\d\d$/.test(status));
    assert.deepEqual(failures.toSorted(), Object.values(walkedStatuses).flat().toSorted());
  });
});
