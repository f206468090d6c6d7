/**
 * A call of the gateway API that was not answered with success. `network`: no answer, or none worth having, after all
 * retries; it may have taken effect. `session`: the session is over. `busy`: too many calls, so ask again later.
 * `refused`: the one error body said why.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly kind: 'network' | 'session' | 'busy' | 'refused';
  readonly code: string;
  /** For the customer, in their language; empty when the server could not be asked. */
  readonly text: string;
  /** Path of the offending field, such as `creditCard.cardNumber`. */
  readonly reference: string | undefined;

  constructor(kind: GatewayError['kind'], code: string, text = '', reference?: string) {
    super(code);
    this.kind = kind;
    this.code = code;
    this.text = text;
    this.reference = reference;
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const kindOf = (status: number): GatewayError['kind'] => {
  if (status === 401) return 'session';
  if (status === 429) return 'busy';
  return status >= 500 ? 'network' : 'refused';
};

/** Reads an error answer: 401 ends the session, what the server could not do is the network's, most others are refused. */
export function errorOf(status: number, body: unknown): GatewayError {
  const { errorCode, errorMessage, reference } = (body ?? {}) as Record<string, unknown>;
  const code = textOf(errorCode) ?? `http.${status}`;
  return new GatewayError(kindOf(status), code, textOf(errorMessage), textOf(reference));
}

/** Whether another call has moved the payment request meanwhile, or is still at work on it. */
export const isRequestConflict = ({ code }: GatewayError): boolean =>
  code === 'errormessage.payment.request.state' || code === 'errormessage.payment.request.busy';
