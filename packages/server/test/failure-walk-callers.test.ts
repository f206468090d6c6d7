import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type Scope, scopes } from '../src/contract/scopes.ts';
import { createApiKey } from '../src/ops/api-keys/create.ts';
import { createClient } from '../src/ops/clients/create.ts';
import { settleErasures } from '../src/ops/erasures/settle.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { eraseContact } from './harness/erasures.ts';
import { type PlainAnswer, type PlainRequest, sendPlain } from './harness/failure-walk/plain-request.ts';
import type { walkedStatuses } from './harness/failure-walk/statuses.ts';
import { type Failure, type Producer, walkEvery } from './harness/failure-walk/walk.ts';
import {
  isToken,
  localeOf,
  nobodysLocale,
  type Ready,
  readyToFail,
  requestOf,
  tenantLocale,
  without,
} from './harness/failure-walk/world.ts';
import { limitedToContact } from './harness/limited-client.ts';
import { keyHeader } from './harness/main-job.ts';
import type { Operation } from './harness/openapi-operations.ts';
import { callerFor, credentialsFor, samplesOf } from './harness/sample-requests.ts';
import type { Ids } from './harness/samples/sample.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
/** The operation's requests, for whatever is refused. */
let ready: (operation: Operation) => Ready;
/** Callers of the same tenant that may only read events, and only the audit trail. */
let strangers: Record<'EVENT_READ' | 'AUDIT_READ', TestTenant>;
/** A client of the same tenant that is limited to another contact than the one that the requests name. */
let limited: TestTenant;
/** A tenant in live mode, which nobody is served for without encryption. */
let bank: TestTenant;
let encrypting: TestServer;
let bankSession: string;

const overHttps = { 'x-forwarded-proto': 'https' };

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme', { locale: tenantLocale, timeZone: 'Europe/Stockholm' });
  ready = await readyToFail(server, acme);
  strangers = { EVENT_READ: await strangerWith('EVENT_READ'), AUDIT_READ: await strangerWith('AUDIT_READ') };
  limited = await limitedToContact(server, acme);
  const fit = { publicUrl: 'https://pay.example.com', trustedProxies: ['127.0.0.1'], demo: false };
  encrypting = await startTestServer(fit, server);
  bank = await encrypting.tenant('bank', { mode: 'live', locale: tenantLocale });
  const { body } = await encrypting.call('POST', '/v1/payments/user-session', {
    headers: { ...keyHeader(bank), ...overHttps },
    body: { amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'Membership', customerId: bank.customerId },
  });
  bankSession = body.token;
});

after(async () => {
  await encrypting.stop();
  await server.stop();
});

const setup = { kind: 'command-line', id: 'test', scopes: new Set(scopes) } as const;

async function strangerWith(scope: Scope): Promise<TestTenant> {
  const ctx = await tenantContext(server.services, acme.tenantId, setup);
  const { apiKey } = await createApiKey(ctx, { name: 'stranger', scopes: [scope], expiresAt: null });
  const { clientId, clientSecret } = await createClient(ctx, { name: 'stranger', scopes: [scope] });
  const { body } = await server.call('POST', '/oauth/token', {
    body: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret.reveal() },
  });
  return { ...acme, apiKey: apiKey.reveal(), accessToken: body.access_token };
}

const tokenRequest = ({ clientId, clientSecret }: TestTenant): string =>
  JSON.stringify({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });

/** A value of the same form that nothing has. */
const absentLike = (id: string | number): string | number =>
  typeof id === 'number' ? 999_999_999_999 : `${id.slice(0, -1)}${id.endsWith('a') ? 'b' : 'a'}`;

/** Another secret or signature: of the last character of one in base64url, not all bits count. */
const wrong = (credential: string): string =>
  credential.replace(/.(?=.{9}$)/, (character) => (character === 'a' ? 'b' : 'a'));

/** The answer to a request, which has a status of the document, whichever that is. */
async function askDocumented(operation: Operation, request: PlainRequest): Promise<PlainAnswer> {
  const answer = await sendPlain(server.url, request, {});
  assert.ok(String(answer.status) in operation.answers, `${operation.name}: ${answer.status} ${answer.text}`);
  return answer;
}

/** A retry that would be answered about somebody who was erased meanwhile. */
async function answerThatWasForgotten(operation: Operation): Promise<Failure> {
  const caller = await callerFor(server, acme, operation);
  const [sampleOf] = samplesOf(operation);
  if (!sampleOf) throw new Error(`${operation.name} has no sample request`);
  const sent = requestOf(operation, sampleOf(caller.ids, caller.tenant), caller);
  const request = { ...sent, headers: { ...sent.headers, 'idempotency-key': randomUUID() } };
  const { text } = await sendPlain(server.url, request, {});
  const made = JSON.parse(text);
  const contactId = made.customer_id === undefined ? caller.ids.contactId : made.id;
  await eraseContact(server, { ...caller.tenant, contactId });
  await settleErasures(await tenantContext(server.services, acme.tenantId, setup));
  return { what: 'an answer about somebody who was erased', own: tenantLocale, request };
}

/** What is no single contact's is refused to a client that is limited to one; the rest does not exist for it. */
async function refusedToLimited(operation: Operation, sample: PlainRequest): Promise<Failure[]> {
  if (operation.security !== 'knox-authorizer') return [];
  const headers = { ...sample.headers, ...credentialsFor(operation, { tenant: limited, session: '' }) };
  const request = { ...sample, headers };
  const { status } = await askDocumented(operation, request);
  return status === 403 ? [{ what: 'a client limited to a contact', own: tenantLocale, request }] : [];
}

const producers: Record<(typeof walkedStatuses.callers)[number], Producer> = {
  '401': async (operation) => {
    const { requests, caller } = ready(operation);
    const [request] = requests;
    const own = nobodysLocale;
    if (isToken(operation)) {
      const body = tokenRequest({ ...acme, clientSecret: 'of-nobody' });
      return [{ what: 'a wrong secret', own, request: { ...request, body } }];
    }
    const credentials = Object.entries(credentialsFor(operation, caller));
    const names = credentials.map(([name]) => name);
    const headers = Object.fromEntries(credentials.map(([name, value]) => [name, wrong(value)]));
    return [
      { what: 'no credential', own, request: without(request, names) },
      { what: 'a wrong credential', own, request: { ...request, headers: { ...request.headers, ...headers } } },
    ];
  },
  '403': async (operation) => {
    const { requests } = ready(operation);
    const [request] = requests;
    if (operation.scope !== null) {
      const stranger = strangers[operation.scope === 'EVENT_READ' ? 'AUDIT_READ' : 'EVENT_READ'];
      const headers = { ...request.headers, ...credentialsFor(operation, { tenant: stranger, session: '' }) };
      const lacking = { what: 'a caller without the scope', own: tenantLocale, request: { ...request, headers } };
      return [lacking, ...(await refusedToLimited(operation, request))];
    }
    const what = 'a tenant in live mode over HTTP';
    const own = localeOf(operation);
    const credentials = credentialsFor(operation, { tenant: bank, session: bankSession });
    const sent = {
      ...request,
      ...(isToken(operation) ? { body: tokenRequest(bank) } : {}),
      url: request.url.replace('/acme/', '/bank/'),
      headers: { ...request.headers, ...credentials },
    };
    return [{ what, own, at: encrypting, request: sent }];
  },
  '404': async (operation) => {
    const { caller, requests, requestsWith } = ready(operation);
    const failures = new Map<string, Failure>();
    for (const [kind, id] of Object.entries(caller.ids) as [keyof Ids, string | number | undefined][]) {
      if (id === undefined) continue;
      for (const [n, request] of requestsWith({ [kind]: absentLike(id) }).entries()) {
        if (isDeepStrictEqual(request, requests[n])) continue;
        const { status, text } = await askDocumented(operation, request);
        if (status !== 404) continue;
        const { errorCode } = JSON.parse(text);
        failures.set(errorCode, { what: `${kind} of nothing`, own: localeOf(operation), request });
      }
    }
    return failures.size > 0 ? [...failures.values()] : [await answerThatWasForgotten(operation)];
  },
};

describe('every operation that promises the failure', () => {
  for (const [status, produce] of Object.entries(producers)) {
    it(`answers ${status} as documented, in the language of the caller`, () => walkEvery(server, status, produce));
  }
});
