import { oneOf } from './schema.ts';

/** Whether an instrument can still be billed, as far as its expiry tells. */
export const validities = ['valid', 'expiring', 'expired'] as const;
export type Validity = (typeof validities)[number];

const meaning =
  'By its expiry as of now: valid through the last day of its month wherever on earth that ends last; `expiring` when ' +
  'that is over in 60 days or less. What has no expiry is `valid`';

export const validity = oneOf(validities, { description: meaning });
