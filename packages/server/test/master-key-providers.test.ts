import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { awsKmsProvider } from '../src/keys/aws-kms.ts';
import type { MasterKeyProvider } from '../src/keys/master-key.ts';
import { MasterKeyFailure, type MasterKeyFailureKind } from '../src/keys/master-key-failure.ts';
import { restAfterFailure } from '../src/keys/rest-after-failure.ts';
import { vaultTransitProvider } from '../src/keys/vault-transit.ts';
import { type KmsFault, type KmsServer, startKmsServer } from './harness/kms-server.ts';
import { startVaultServer, type VaultFault, type VaultServer } from './harness/vault-server.ts';

const keyId = randomUUID();
const impatient = { attemptMs: 1_000, callMs: 2_000 };
let kms: KmsServer;
let vault: VaultServer;

before(async () => {
  [kms, vault] = await Promise.all([startKmsServer(), startVaultServer()]);
});
beforeEach(() => {
  kms.fail(null);
  vault.fail(null);
});
after(() => Promise.all([kms.close(), vault.stop()]));

/** Rejects in this way, with a sentence that tells no key and no credential. */
async function assertFails(call: Promise<unknown>, kind: MasterKeyFailureKind, sentence: RegExp): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof MasterKeyFailure, String(error));
    assert.equal(error.kind, kind, error.message);
    assert.match(error.message, sentence);
    assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /secret\/key|hvs\.|Plaintext/);
    return true;
  });
}

async function assertRoundTrip(provider: MasterKeyProvider): Promise<void> {
  const clear = randomBytes(32);
  const wrapped = await provider.wrap(clear, 'acme', keyId);
  assert.equal(wrapped.wrappedKey.includes(clear), false);
  assert.equal(await provider.holds(wrapped.wrappedBy), true);
  const key = await provider.unwrap(wrapped, 'acme', keyId);
  assert.ok(key.export().equals(clear));
}

const providers: Record<string, () => MasterKeyProvider> = {
  'AWS KMS': () => awsKmsProvider(kms.settings, impatient),
  'Vault Transit': () => vaultTransitProvider(vault.settings, impatient.attemptMs),
};

for (const [name, open] of Object.entries(providers)) {
  describe(name, () => {
    it('opens what it wrapped, and says which key did', async () => {
      await assertRoundTrip(open());
    });

    it('opens nothing that was moved to another tenant or another key, or was changed', async () => {
      const provider = open();
      const wrapped = await provider.wrap(randomBytes(32), 'acme', keyId);
      const changed = Buffer.from(wrapped.wrappedKey);
      changed.writeUInt8(changed.readUInt8(changed.length - 2) ^ 1, changed.length - 2);
      await assertFails(provider.unwrap(wrapped, 'other', keyId), 'foreign', /does not open this/);
      await assertFails(provider.unwrap(wrapped, 'acme', randomUUID()), 'foreign', /does not open this/);
      await assertFails(provider.unwrap({ ...wrapped, wrappedKey: changed }, 'acme', keyId), 'foreign', /not open/);
    });

    it('knows what another master key wrapped as not its own', async () => {
      for (const other of ['aws-kms:arn:aws:kms:eu-west-1:999:key/x', 'vault-transit:transit/onfile2:v1', keyId, '']) {
        assert.equal(await open().holds(other), false, other);
      }
    });

    it('is asked again at once after it refused, since that may be of one key among several', async () => {
      const provider = restAfterFailure(open());
      if (name === 'AWS KMS') kms.fail('DisabledException', 1);
      else vault.fail('denied', 1);
      await assertFails(provider.wrap(randomBytes(32), 'acme', keyId), 'refused', /refuses/);
      await assertRoundTrip(provider);
    });

    it('is asked nothing for a second after it was away, and then again', async (t) => {
      const { calls, fail } = name === 'AWS KMS' ? kms : vault;
      const provider = restAfterFailure(open());
      if (name === 'AWS KMS') kms.fail('KMSInternalException');
      else vault.fail('sealed');
      await assertFails(provider.wrap(randomBytes(32), 'acme', keyId), 'away', /does not answer/);
      fail(null);
      const asked = calls.length;
      await assertFails(provider.wrap(randomBytes(32), 'acme', keyId), 'away', /does not answer/);
      assert.equal(calls.length, asked);
      t.mock.method(performance, 'now', () => Number.MAX_SAFE_INTEGER);
      await assertRoundTrip(provider);
    });
  });
}

describe('AWS KMS in trouble', () => {
  const cases: [KmsFault, MasterKeyFailureKind, RegExp][] = [
    ['AccessDeniedException', 'refused', /refuses .*\(AccessDeniedException\).*kms:Encrypt and kms:Decrypt/],
    ['DisabledException', 'refused', /\(DisabledException\).*key is enabled/],
    ['ThrottlingException', 'away', /does not answer as it should/],
    ['KMSInternalException', 'away', /does not answer as it should \(KMSInternalException\)/],
    ['cut', 'away', /does not answer as it should/],
    ['silence', 'away', /does not answer as it should/],
  ];
  for (const [fault, kind, sentence] of cases) {
    it(`${fault} is told apart, in time`, async () => {
      const provider = awsKmsProvider(kms.settings, impatient);
      const wrapped = await provider.wrap(randomBytes(32), 'acme', keyId);
      kms.fail(fault);
      const begun = performance.now();
      await assertFails(provider.unwrap(wrapped, 'acme', keyId), kind, sentence);
      assert.ok(performance.now() - begun < 6_000);
      kms.fail(null);
      await provider.unwrap(wrapped, 'acme', keyId);
    });
  }

  it('what passes by itself is not noticed: a slow answer, a cut line, a request too many', async () => {
    const provider = awsKmsProvider(kms.settings);
    for (const fault of ['slow', 'cut', 'KMSInternalException', 'ThrottlingException'] as const) {
      kms.fail(fault, 1);
      await assertRoundTrip(provider);
    }
  });

  it('another key of the account opens nothing, unless the settings name it', async () => {
    const [first, second] = kms.keyArns;
    const wrapped = await awsKmsProvider(kms.settings).wrap(randomBytes(32), 'acme', keyId);
    const other = awsKmsProvider({ ...kms.settings, keyArns: [second] });
    assert.equal(await other.holds(wrapped.wrappedBy), false);
    await assertFails(other.unwrap(wrapped, 'acme', keyId), 'foreign', /\(IncorrectKeyException\)/);
    const both = awsKmsProvider({ ...kms.settings, keyArns: [second, first] });
    assert.equal(await both.currentKeyId(), `aws-kms:${second}`);
    await both.unwrap(wrapped, 'acme', keyId);
  });

  it('credentials that are not known, and a key that is not there, are refused', async () => {
    const credentials = { accessKeyId: 'AKIAOTHER', secretAccessKey: 'secret/key+of/tests' };
    const stranger = awsKmsProvider({ ...kms.settings, credentials });
    await assertFails(stranger.wrap(randomBytes(32), 'acme', keyId), 'refused', /UnrecognizedClientException/);
    const nowhere = awsKmsProvider({ ...kms.settings, keyArns: [kms.keyArns[0].replace(/.$/, 'f')] });
    await assertFails(nowhere.wrap(randomBytes(32), 'acme', keyId), 'refused', /NotFoundException/);
  });
});

describe('Vault in trouble', () => {
  const cases: [VaultFault, MasterKeyFailureKind, RegExp][] = [
    ['denied', 'refused', /refuses .*HTTP 403.*transit\/encrypt\/onfile and transit\/decrypt\/onfile/],
    ['sealed', 'away', /\(vault-503\).*unsealed/],
    ['cut', 'away', /does not answer as it should/],
    ['silence', 'away', /does not answer as it should \(TimeoutError\)/],
  ];
  for (const [fault, kind, sentence] of cases) {
    it(`${fault} is told apart, in time`, async () => {
      const provider = vaultTransitProvider(vault.settings, impatient.attemptMs);
      const wrapped = await provider.wrap(randomBytes(32), 'acme', keyId);
      vault.fail(fault);
      const begun = performance.now();
      await assertFails(provider.unwrap(wrapped, 'acme', keyId), kind, sentence);
      assert.ok(performance.now() - begun < 6_000);
      vault.fail(null);
      await provider.unwrap(wrapped, 'acme', keyId);
    });
  }

  it('what passes by itself is not noticed: a slow answer, a cut line, a change of the leader', async () => {
    const provider = vaultTransitProvider(vault.settings);
    for (const fault of ['slow', 'cut', 'sealed'] as const) {
      vault.fail(fault, 1);
      await assertRoundTrip(provider);
    }
  });

  it('a token that was renewed is used at once, and one that is over is refused', async () => {
    const provider = vaultTransitProvider(vault.settings);
    await vault.renewToken(true);
    await assertRoundTrip(provider);
    await vault.renewToken(false);
    await assertFails(provider.wrap(randomBytes(32), 'acme', keyId), 'refused', /HTTP 403/);
    await vault.renewToken(true);
    await assertRoundTrip(provider);
    const tokenFile = `${vault.settings.tokenFile}.missing`;
    const without = vaultTransitProvider({ ...vault.settings, tokenFile });
    await assertFails(without.wrap(randomBytes(32), 'acme', keyId), 'refused', /set MASTER_KEY_VAULT_TOKEN_FILE/);
  });

  it('a key that is not there is refused', async () => {
    const nowhere = vaultTransitProvider({ ...vault.settings, key: 'other' });
    await assertFails(nowhere.wrap(randomBytes(32), 'acme', keyId), 'refused', /HTTP 404.*see that it exists/);
  });

  it('a new version of the key wraps at once, and the one before opens until Vault is told otherwise', async () => {
    const provider = vaultTransitProvider(vault.settings);
    const earlier = await provider.wrap(randomBytes(32), 'acme', keyId);
    const version = await provider.currentKeyId();
    vault.rotate();
    assert.equal(earlier.wrappedBy, version);
    assert.notEqual(await provider.currentKeyId(), version);
    assert.equal(await provider.holds(version), true);
    await provider.unwrap(earlier, 'acme', keyId);
    vault.setMinDecryptionVersion(2);
    await assertFails(provider.unwrap(earlier, 'acme', keyId), 'foreign', /min_decryption_version/);
    vault.setMinDecryptionVersion(1);
  });
});
