import type { KeyObject } from 'node:crypto';

/** A tenant's key as it is stored; `wrappedBy` names the master key, as `tenant_keys.wrapped_by` does. */
export type Wrapped = { wrappedKey: Buffer; wrappedBy: string };

/** Where a master key lives: a file, AWS KMS, Vault. Each call throws `MasterKeyFailure`. */
export type MasterKeyProvider = {
  /** Whether it can open what this master key wrapped. */
  holds(wrappedBy: string): Promise<boolean>;
  /** What it wraps with now, as `wrappedBy` will say. */
  currentKeyId(): Promise<string>;
  /** Binds the wrapped key to the tenant and to its own id: it opens as no other. */
  wrap(clear: Buffer, tenantId: string, keyId: string): Promise<Wrapped>;
  unwrap(wrapped: Wrapped, tenantId: string, keyId: string): Promise<KeyObject>;
};

/** A provider whose master keys are ours to make and to destroy. Rotations take turns (`ops/keys`). */
export type MasterKeyFile = MasterKeyProvider & {
  /** Those that only open what they wrapped, in the file as it is now. */
  earlierKeyIds(): Promise<string[]>;
  /** Makes a new key the current one, durably; the present one becomes an earlier one. */
  addKey(): Promise<void>;
  /** Removes the earlier keys, durably. Answers their ids. */
  destroyEarlierKeys(): Promise<string[]>;
};

/**
 * The master keys of a deployment: the current one wraps, those of earlier providers open what they wrapped. Each call
 * throws `errormessage.unavailable` while the provider is away or refuses.
 */
export type MasterKey = MasterKeyProvider & {
  /** The key file, when it is what wraps now. */
  file: MasterKeyFile | null;
};
