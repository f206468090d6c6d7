import { resolve } from 'node:path';
import { type AwsKmsSettings, awsKeyArn } from './aws-kms.ts';
import type { VaultTransitSettings } from './vault-transit.ts';

const providerNames = ['file', 'aws-kms', 'vault-transit'] as const;
export type MasterKeyProviderName = (typeof providerNames)[number];

export type MasterKeySettings = {
  /** The first one wraps, the others open what they wrapped before. */
  masterKeyProviders: readonly [MasterKeyProviderName, ...MasterKeyProviderName[]];
  /** Absolute. */
  masterKeyFile: string;
  /** Null where it is not among the providers. */
  masterKeyAwsKms: AwsKmsSettings | null;
  masterKeyVaultTransit: VaultTransitSettings | null;
};

/** Ways of reading a setting; all but `text` refuse one that is set to what cannot be used. */
type Read = {
  dataDir: string;
  text: (name: string) => string | null;
  matching: (name: string, pattern: RegExp, rule: string) => string | null;
  list: (name: string, fallback: string[]) => string[];
  origin: (name: string) => string | null;
  refuse: (name: string, rule: string) => never;
};

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const withoutSpaces = /^[\x21-\x7e]+$/;
const path = /^[\w-]+(?:\/[\w-]+)*\/?$/;

/** What the settings say of master keys; a sentence instead when a provider lacks a setting that it needs. */
export function readMasterKeySettings(read: Read): MasterKeySettings | string {
  const masterKeyProviders = providersOf(read);
  const masterKeyFile = resolve(read.text('MASTER_KEY_FILE') ?? `${read.dataDir}/master-key.json`);
  const awsKms = readAwsKms(read);
  const vaultTransit = readVaultTransit(read);
  if (awsKms === 'half a credential') {
    return 'MASTER_KEY_AWS_ACCESS_KEY_ID and MASTER_KEY_AWS_SECRET_ACCESS_KEY belong together; set both or neither.';
  }
  if (masterKeyProviders.includes('aws-kms') && !awsKms) {
    return 'MASTER_KEY_PROVIDER names aws-kms without MASTER_KEY_AWS_KEY_ARN; set it to the ARN of the key.';
  }
  if (masterKeyProviders.includes('vault-transit') && !vaultTransit) {
    return 'MASTER_KEY_PROVIDER names vault-transit without MASTER_KEY_VAULT_ADDRESS and MASTER_KEY_VAULT_TOKEN_FILE; set both.';
  }
  return {
    masterKeyProviders,
    masterKeyFile,
    masterKeyAwsKms: masterKeyProviders.includes('aws-kms') ? awsKms : null,
    masterKeyVaultTransit: masterKeyProviders.includes('vault-transit') ? vaultTransit : null,
  };
}

function providersOf({ list, refuse }: Read): MasterKeySettings['masterKeyProviders'] {
  const rule = `one of ${providerNames.join(', ')}, or several with commas, the one that wraps first`;
  const [first, ...others] = list('MASTER_KEY_PROVIDER', ['file']).map(
    (name) => providerNames.find((known) => known === name) ?? refuse('MASTER_KEY_PROVIDER', rule),
  );
  if (first === undefined || new Set([first, ...others]).size <= others.length) {
    return refuse('MASTER_KEY_PROVIDER', rule);
  }
  return [first, ...others];
}

function readAwsKms(read: Read): AwsKmsSettings | 'half a credential' | null {
  const { matching, list, refuse } = read;
  const rule =
    'the ARN of a key such as arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const [first, ...others] = list('MASTER_KEY_AWS_KEY_ARN', []).map((arn) =>
    awsKeyArn.test(arn) ? arn : refuse('MASTER_KEY_AWS_KEY_ARN', rule),
  );
  const endpoint = privateOrigin(read, 'MASTER_KEY_AWS_ENDPOINT');
  const accessKeyId = matching('MASTER_KEY_AWS_ACCESS_KEY_ID', withoutSpaces, 'an access key id, without spaces');
  const secretAccessKey = matching('MASTER_KEY_AWS_SECRET_ACCESS_KEY', withoutSpaces, 'a secret key, without spaces');
  if ((accessKeyId === null) !== (secretAccessKey === null)) return 'half a credential';
  if (first === undefined) return null;
  const credentials = accessKeyId !== null && secretAccessKey !== null ? { accessKeyId, secretAccessKey } : null;
  return { keyArns: [first, ...others], endpoint, credentials };
}

function readVaultTransit(read: Read): VaultTransitSettings | null {
  const { matching, text } = read;
  const address = privateOrigin(read, 'MASTER_KEY_VAULT_ADDRESS');
  const mount = matching('MASTER_KEY_VAULT_MOUNT', path, 'the path of a secrets engine such as transit') ?? 'transit';
  const key = matching('MASTER_KEY_VAULT_KEY', /^[\w-]+$/, 'the name of a key') ?? 'onfile';
  const namespace = matching('MASTER_KEY_VAULT_NAMESPACE', path, 'a namespace such as payments/eu');
  const tokenFile = text('MASTER_KEY_VAULT_TOKEN_FILE');
  if (address === null || tokenFile === null) return null;
  const withoutEnd = (name: string) => name.replace(/\/$/, '');
  return {
    address,
    mount: withoutEnd(mount),
    key,
    tokenFile: resolve(tokenFile),
    namespace: namespace && withoutEnd(namespace),
  };
}

/** Keys in clear go there: encrypted on the way, or not beyond this machine. */
function privateOrigin({ origin, refuse }: Read, name: string): string | null {
  const value = origin(name);
  if (value === null) return null;
  const { protocol, hostname } = new URL(value);
  if (protocol === 'https:' || loopback.test(hostname)) return value;
  return refuse(name, 'an origin such as https://keys.example.com, with https unless it is on this machine');
}
