import type { RawAnswer, Update } from './journal.ts';

/** A tenant with the credentials of its own systems. */
export type FaultTenant = {
  tenantId: string;
  apiKey: string;
  clientId: string;
  clientSecret: string;
  merchantAccountIds: string[];
};

type Request = { method: string; path: string; headers?: Record<string, string>; body?: object };

/** Calls in either dialect. Throws when no answer comes. */
export type Client = {
  tenant: FaultTenant;
  /** As the holder of the API key, of the OAuth client, or of nothing but what the headers say. */
  call(as: 'api-key' | 'access-token' | 'nobody', request: Request): Promise<RawAnswer>;
  send(update: Update): Promise<RawAnswer>;
};

const answerMs = 15_000;

/** Access tokens are asked for as they are needed, and again when one is not taken any more. */
export function openClient(url: string, tenant: FaultTenant): Client {
  let accessToken: Promise<string> | null = null;

  async function exchange({ method, path, headers, body }: Request): Promise<RawAnswer> {
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(answerMs),
    });
    const text = await response.text();
    return { status: response.status, text, replayed: response.headers.get('idempotency-replayed') === 'true' };
  }
  async function fetchAccessToken(): Promise<string> {
    const { clientId, clientSecret } = tenant;
    const body = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const { status, text } = await exchange({ method: 'POST', path: '/oauth/token', body });
    if (status !== 200) throw new Error(`no access token: ${status}`);
    return JSON.parse(text).access_token;
  }
  async function callWithToken(request: Request): Promise<RawAnswer> {
    const held = (accessToken ??= fetchAccessToken());
    held.catch(() => {
      if (accessToken === held) accessToken = null;
    });
    return exchange({ ...request, headers: { ...request.headers, authorization: `Bearer ${await held}` } });
  }

  const client: Client = {
    tenant,
    async call(as, request) {
      if (as === 'nobody') return exchange(request);
      if (as === 'api-key')
        return exchange({ ...request, headers: { ...request.headers, 'x-api-key': tenant.apiKey } });
      const answer = await callWithToken(request);
      if (answer.status !== 401) return answer;
      accessToken = null;
      return callWithToken(request);
    },
    send: ({ kind, method, path, headers, body }) =>
      client.call(kind === 'instrument' ? 'api-key' : 'access-token', {
        method,
        path,
        headers,
        ...(body ? { body } : {}),
      }),
  };
  return client;
}

/** Reads JSON, asking again while the server is on its way back. Throws when that takes longer than half a minute. */
export async function readPatiently(client: Client, as: 'api-key' | 'access-token', path: string): Promise<any> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const answer = await client.call(as, { method: 'GET', path }).catch((error: unknown) => String(error));
    if (typeof answer === 'object' && answer.status === 200) return JSON.parse(answer.text);
    if (performance.now() > deadline || (typeof answer === 'object' && answer.status < 500)) {
      throw new Error(`GET ${path} was answered ${typeof answer === 'object' ? answer.status : answer}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
