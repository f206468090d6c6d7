import { unavailable } from '../store/unavailable.ts';
import type { MasterKey, MasterKeyFile, MasterKeyProvider } from './master-key.ts';
import { MasterKeyFailure } from './master-key-failure.ts';

/** To the caller of a request a master key that cannot be used now is a service that is not there. */
async function reached<Result>(call: Promise<Result>): Promise<Result> {
  return call.catch((error: unknown) => {
    throw error instanceof MasterKeyFailure && error.kind !== 'foreign' ? unavailable(error) : error;
  });
}

/**
 * Puts providers together: the first one wraps, each opens what it wrapped.
 *
 * @param file the first one, when it is the key file
 */
export function joinMasterKeys(
  providers: readonly [MasterKeyProvider, ...MasterKeyProvider[]],
  file: MasterKeyFile | null,
): MasterKey {
  const [current] = providers;

  async function holderOf(wrappedBy: string): Promise<MasterKeyProvider> {
    for (const provider of providers) if (await provider.holds(wrappedBy)) return provider;
    throw new MasterKeyFailure(
      'refused',
      'unknown-master-key',
      `the master key of the settings does not open this database's keys; set MASTER_KEY_FILE to the file that holds ${wrappedBy}, or add the provider that has it to MASTER_KEY_PROVIDER`,
    );
  }

  return {
    file,
    holds: async (wrappedBy) => (await Promise.all(providers.map((each) => each.holds(wrappedBy)))).includes(true),
    currentKeyId: () => reached(current.currentKeyId()),
    wrap: (clear, tenantId, keyId) => reached(current.wrap(clear, tenantId, keyId)),
    unwrap: (wrapped, tenantId, keyId) =>
      reached(holderOf(wrapped.wrappedBy).then((provider) => provider.unwrap(wrapped, tenantId, keyId))),
  };
}
