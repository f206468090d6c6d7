import type { PaymentState, Session, Submission } from './gateway-answers.ts';
import { errorOf, GatewayError } from './gateway-error.ts';

const base = '/upg/api/v1';
const attemptMs = 30_000;
/** Waits before each attempt; after the last one the customer is asked. */
const pausesMs = [0, 600, 2_000];

export type GatewayOptions = {
  sessionToken: string;
  /** BCP 47; texts and errors come in it. */
  locale: string;
  fetch?: typeof globalThis.fetch;
  pause?: (milliseconds: number) => Promise<void>;
};

/** The gateway API as the frame uses it. Every call throws `GatewayError`. A key makes a call safe to send again. */
export type Gateway = {
  readSession(): Promise<Session & { serverNow: number }>;
  createPaymentRequest(key: string): Promise<{ token: string }>;
  submitPayment(token: string, submission: Submission, key: string): Promise<PaymentState>;
  readPayment(token: string): Promise<PaymentState>;
  authenticatePayment(token: string): Promise<PaymentState>;
  cancelPayment(token: string): Promise<PaymentState>;
};

type Call = { method: string; path: string; body?: unknown; key?: string };

/**
 * Talks to the gateway API on the frame's own origin. What got no answer is sent again, a change with the same
 * Idempotency-Key, so that it takes effect once however often it arrived.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { pause = wait, fetch = globalThis.fetch.bind(globalThis) } = options;

  const attempt = async ({ method, path, body, key }: Call): Promise<Response> =>
    fetch(`${base}${path}`, {
      method,
      credentials: 'omit',
      cache: 'no-store',
      headers: {
        'X-User-Payment-Session-Token': options.sessionToken,
        'Accept-Language': options.locale,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(attemptMs),
    });

  const call = async <Answer>(request: Call, read: (response: Response) => Promise<Answer>): Promise<Answer> => {
    for (const pauseMs of pausesMs) {
      if (pauseMs > 0) await pause(pauseMs);
      try {
        const response = await attempt(request);
        if (response.ok) return await read(response);
        const error = errorOf(response.status, await response.json().catch(() => null));
        if (!worthRetrying(error, request)) throw error;
      } catch (cause) {
        // What `fetch` throws is the network's: no answer came, or half of one.
        if (cause instanceof GatewayError) throw cause;
      }
    }
    throw new GatewayError('network', 'network');
  };

  const json = <Answer>(request: Call): Promise<Answer> => call<Answer>(request, (response) => response.json());
  const payment = (token: string): string => `/payments/${encodeURIComponent(token)}`;

  return {
    readSession: () =>
      call({ method: 'GET', path: '/session' }, async (response) => {
        const session: Session = await response.json();
        const date = Date.parse(response.headers.get('date') ?? '');
        return { ...session, serverNow: Number.isNaN(date) ? Date.now() : date };
      }),
    createPaymentRequest: (key) => json({ method: 'POST', path: '/payment-requests', body: {}, key }),
    submitPayment: (token, submission, key) => json({ method: 'POST', path: payment(token), body: submission, key }),
    readPayment: (token) => json({ method: 'GET', path: payment(token) }),
    authenticatePayment: (token) => json({ method: 'PUT', path: `${payment(token)}/authenticate`, body: {} }),
    cancelPayment: (token) => json({ method: 'DELETE', path: payment(token) }),
  };
}

// The first attempt of a submission may still be running when the second arrives.
const worthRetrying = (error: GatewayError, { key }: Call): boolean =>
  error.kind === 'network' ||
  (key !== undefined &&
    (error.code === 'errormessage.idempotency.key.running' || error.code === 'errormessage.payment.request.busy'));

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
