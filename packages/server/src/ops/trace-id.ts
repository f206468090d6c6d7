/** A trace id for work that brings none: 64 random bits in decimal, never zero, as Datadog shows them. */
export function randomTraceId(): string {
  const [id = 0n] = crypto.getRandomValues(new BigUint64Array(1));
  return String(id || 1n);
}
