import { type Answer, httpCaller } from './http-caller.ts';
import { atLeast, errorFields, exactly, optionalFields, recordFields } from './original-contract.ts';

/** A call that a client made, with what came of it. */
export type Call = { method: string; path: string; status: number };

type Check = (body: unknown) => void;
type Query = Record<string, string>;
type Body = Record<string, any>;

const anError = exactly(errorFields);
const aRecord = exactly(recordFields);
const anObject = atLeast({});
const nothing: Check = () => {};

const customerFields = {
  id: 'integer',
  'uuid?': 'uuid',
  'customerNumber?': 'string',
  firstName: 'string',
  lastName: 'string',
  'dateOfBirth?': 'date',
  'email?': 'string',
  'street?': 'string',
  'houseNumber?': 'string',
  'zipCode?': 'string',
  'city?': 'string',
  'country?': 'string',
  status: ['MEMBER', 'PROSPECT', 'FORMER_MEMBER'],
  'phonePrivateMobile?': 'string',
  'preferredLanguage?': 'string',
  'thirdPartyId?': 'string',
} as const;
const aCustomer = atLeast(customerFields);
const aSlice = atLeast({ result: [customerFields], 'offset?': 'string', hasNext: 'boolean' });
const aSession = atLeast({ token: 'string', tokenValidUntil: 'date-time', finionPayCustomerId: 'uuid' });
const paymentData = atLeast({ 'accountHolder?': 'string', 'bankName?': 'string', 'iban?': 'string', 'bic?': 'string' });
const aToken = atLeast({ token: 'string' });
const aStatus = atLeast({ status: 'string', 'action?': 'object' });
const anAccessToken = atLeast({ access_token: 'string', token_type: 'string', expires_in: 'integer' });
const aTokenFailure = atLeast({ error: 'string' });
const aPage = atLeast({ Count: 'integer', Items: 'array', 'LastEvaluatedKey?': 'string' });
const aPart = exactly(
  Object.fromEntries(Object.entries(recordFields).map(([name, shape]) => [name.replace(/\??$/, '?'), shape])),
);
const batchResults = atLeast({ error_count: 'integer', results: 'array', success_count: 'integer' });

const pageOf =
  (item: Check): Check =>
  (body) => {
    aPage(body);
    for (const each of (body as { Items: unknown[] }).Items) item(each);
  };

/** Sends as a client does, holds the answer against its contract, and notes the call. */
function sender(url: string, calls: Call[], credentials: () => Record<string, string>, failure = anError) {
  const call = httpCaller(url);
  return async (
    method: string,
    path: string,
    success: Check,
    { query, ...options }: { headers?: Record<string, string>; body?: unknown; query?: Query } = {},
  ): Promise<Answer> => {
    const search = query ? `?${new URLSearchParams(query).toString()}` : '';
    const headers = { 'accept-language': '*', ...credentials(), ...options.headers };
    const answer = await call(method, path + search, { ...options, headers });
    calls.push({ method, path: new URL(url + path).pathname, status: answer.status });
    if (answer.status < 300) success(answer.body);
    else if (method !== 'HEAD') failure(answer.body);
    return answer;
  };
}

/** A backend that was written for the original Customer API: it knows no idempotency key and no field of ours. */
export function customerApiClient(url: string, apiKey: string, calls: Call[]) {
  const send = sender(url, calls, () => ({ 'x-api-key': apiKey }));
  const slice = (query: Query) => send('GET', '/v1/customers', aSlice, { query });
  return {
    checkKey: (path: string) => send('HEAD', path, nothing),
    create: (body: Body) => send('POST', '/v1/customers/create', aCustomer, { body }),
    get: (customerId: number) => send('GET', `/v1/customers/${customerId}`, aCustomer),
    slice,
    /** Every customer, slice by slice. */
    async all(sliceSize: number): Promise<Body[]> {
      const customers: Body[] = [];
      let answer = await slice({ sliceSize: String(sliceSize) });
      for (;;) {
        customers.push(...answer.body.result);
        if (!answer.body.hasNext) return customers;
        answer = await slice({ sliceSize: String(sliceSize), offset: answer.body.offset });
      }
    },
    startSession: (body: Body) => send('POST', '/v1/payments/user-session', aSession, { body }),
    replaceInstrument: (customerId: number, body: Body) =>
      send('POST', `/v1/customers/${customerId}/account/payment-instrument`, anObject, { body }),
    paymentData: (customerId: number) =>
      send('GET', `/v1/customers/${customerId}/self-service/payment-data`, paymentData),
  };
}

/** A page with the original component in it: what a session's calls of the gateway API look like from outside. */
export function componentClient(url: string, sessionToken: string, calls: Call[]) {
  const send = sender(`${url}/upg`, calls, () => ({ 'x-user-payment-session-token': sessionToken }));
  return {
    begin: async (): Promise<string> => (await send('POST', '/api/v1/payment-requests', aToken)).body.token,
    submit: (token: string, body: Body) => send('POST', `/api/v1/payments/${token}`, aStatus, { body }),
    status: async (token: string): Promise<string> =>
      (await send('GET', `/api/v1/payments/${token}`, aStatus)).body.status,
    authenticate: (token: string) => send('PUT', `/api/v1/payments/${token}/authenticate`, aStatus),
  };
}

type ClientCredentials = { clientId: string; clientSecret: string };

/** A service that was written for the original Records API: it sends the bare token, and patches as plain JSON. */
export function recordsApiClient(url: string, tenantId: string, credentials: ClientCredentials, calls: Call[]) {
  let authorization = '';
  const ask = sender(url, calls, () => ({}), aTokenFailure);
  const send = sender(url, calls, (): Record<string, string> => (authorization === '' ? {} : { authorization }));
  const base = `/storedPaymentMethods/${tenantId}`;
  const grant = (overrides: Body) => ({
    grant_type: 'client_credentials',
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
    audience: 'https://api.rhythmsoftware.com',
    ...overrides,
  });
  const keep = (answer: Answer): Answer => {
    authorization = answer.body.access_token ?? '';
    return answer;
  };
  const list = (query?: Query) =>
    send('GET', base, pageOf(query?.['fields'] ? aPart : aRecord), query ? { query } : {});
  return {
    logInByJson: async (overrides: Body = {}) =>
      keep(await ask('POST', '/oauth/token', anAccessToken, { body: grant(overrides) })),
    logInByForm: async (overrides: Body = {}) =>
      keep(
        await ask('POST', '/oauth/token', anAccessToken, {
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams(grant(overrides)).toString(),
        }),
      ),
    /** From now on with the scheme before the token, as some clients send it. */
    nameScheme(): void {
      authorization = `Bearer ${authorization}`;
    },
    create: (body: Body) => send('POST', base, aRecord, { body }),
    get: (id: string) => send('GET', `${base}/${id}`, aRecord),
    put: (record: Body) => send('PUT', `${base}/${record['id']}`, aRecord, { body: record }),
    patch: (id: string, operations: Body[]) => send('PATCH', `${base}/${id}`, aRecord, { body: operations }),
    delete: (id: string) => send('DELETE', `${base}/${id}`, anObject),
    batch: (operations: Body[]) => send('POST', `${base}/batch`, batchResults, { body: { operations } }),
    byContact: (contactId: string) => send('GET', `${base}/contact/${contactId}`, pageOf(aRecord)),
    list,
    /** The records of a list, page by page. */
    async all(query: Query): Promise<Body[]> {
      const records: Body[] = [];
      let answer = await list(query);
      for (;;) {
        records.push(...answer.body.Items);
        const { LastEvaluatedKey: key } = answer.body;
        if (key === undefined) return records;
        answer = await list({ ...query, exclusiveStartKey: key });
      }
    },
  };
}

const optional = optionalFields(recordFields);

/** A record as a client with a class for it writes it back: `null` where there was nothing. */
export const withNulls = (record: Body): Body => ({
  ...Object.fromEntries(optional.map((name) => [name, null])),
  ...record,
});
