import { tracedCalls } from '../telemetry/traced-calls.ts';
import { awsKmsProvider } from './aws-kms.ts';
import type { MasterKey, MasterKeyFile, MasterKeyProvider } from './master-key.ts';
import { openMasterKeyFile } from './master-key-file.ts';
import type { MasterKeyProviderName, MasterKeySettings } from './master-key-settings.ts';
import { joinMasterKeys } from './master-keys.ts';
import { restAfterFailure } from './rest-after-failure.ts';
import { vaultTransitProvider } from './vault-transit.ts';

/** A provider elsewhere: its calls are in traces, and it is left alone for a moment when it is away. */
const asked = (provider: MasterKeyProvider, name: MasterKeyProviderName): MasterKeyProvider =>
  restAfterFailure(tracedCalls(provider, ['currentKeyId', 'wrap', 'unwrap'], { 'peer.service': name }));

/**
 * The master keys that the settings name. Whether they open anything is seen when they are used; a key file is read at
 * once, and made first with `createIfMissing` where it is what wraps. Throws a sentence when it cannot be.
 */
export async function openMasterKey(settings: MasterKeySettings, createIfMissing: boolean): Promise<MasterKey> {
  const { masterKeyProviders, masterKeyFile, masterKeyAwsKms, masterKeyVaultTransit } = settings;
  const [first, ...earlier] = masterKeyProviders;
  let file: MasterKeyFile | null = null;

  async function open(name: MasterKeyProviderName): Promise<MasterKeyProvider> {
    if (name === 'aws-kms' && masterKeyAwsKms) return asked(awsKmsProvider(masterKeyAwsKms), name);
    if (name === 'vault-transit' && masterKeyVaultTransit)
      return asked(vaultTransitProvider(masterKeyVaultTransit), name);
    const opened = await openMasterKeyFile(masterKeyFile, createIfMissing && first === 'file');
    if (first === 'file') file = opened;
    return opened;
  }
  const current = await open(first);
  const others = await Promise.all(earlier.map(open));
  return joinMasterKeys([current, ...others], file);
}
