import type { BillingAddress } from '../gateway-answers.ts';
import type { CustomerData } from '../host-port.ts';

/** The customer's address as the gateway takes it: without empty parts, and without a country that is no ISO code. */
export function billingAddressOf({ address = {} }: CustomerData): BillingAddress | undefined {
  const filled = Object.entries(address).filter(([name, value]) =>
    name === 'country' ? /^[A-Z]{2}$/.test(value) : value.trim() !== '',
  );
  return filled.length > 0 ? Object.fromEntries(filled) : undefined;
}
