import { recentMs } from '../../context.ts';
import type { SigningKeyRow } from '../../store/signing-keys.ts';

/** Long enough for every process to have read a key before it has to verify with it. */
const knownEverywhereMs = 2 * recentMs;

/** The keys that still verify, in their order. */
export const verifyingKeys = (keys: readonly SigningKeyRow[], now: Date): SigningKeyRow[] =>
  keys.filter(({ retiresAt }) => retiresAt === null || retiresAt > now);

/**
 * The key that signs now, of keys with the newest first: the newest that every process knows, or else the oldest,
 * which most know. Undefined without any.
 */
export function signingKeyAt(keys: readonly SigningKeyRow[], now: Date): SigningKeyRow | undefined {
  const verifying = verifyingKeys(keys, now);
  return (
    verifying.find(({ createdAt }) => now.getTime() - createdAt.getTime() >= knownEverywhereMs) ?? verifying.at(-1)
  );
}
