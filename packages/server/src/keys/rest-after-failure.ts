import type { MasterKeyProvider } from './master-key.ts';
import { MasterKeyFailure } from './master-key-failure.ts';

const restMs = 1_000;

/**
 * Asks a provider that is away nothing for a second: what needs it fails at once meanwhile, rather than that every request
 * waits for the provider's timeout. A refusal is quick, and may be of one key among several.
 */
export function restAfterFailure(provider: MasterKeyProvider): MasterKeyProvider {
  let resting: { failure: MasterKeyFailure; until: number } | null = null;

  async function ask<Result>(call: () => Promise<Result>): Promise<Result> {
    if (resting && performance.now() < resting.until) throw resting.failure;
    try {
      const result = await call();
      resting = null;
      return result;
    } catch (error) {
      if (error instanceof MasterKeyFailure && error.kind === 'away') {
        resting = { failure: error, until: performance.now() + restMs };
      }
      throw error;
    }
  }

  return {
    holds: (wrappedBy) => provider.holds(wrappedBy),
    currentKeyId: () => ask(() => provider.currentKeyId()),
    wrap: (clear, tenantId, keyId) => ask(() => provider.wrap(clear, tenantId, keyId)),
    unwrap: (wrapped, tenantId, keyId) => ask(() => provider.unwrap(wrapped, tenantId, keyId)),
  };
}
