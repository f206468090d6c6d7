import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Config } from '../src/config.ts';
import type { Caller, Services } from '../src/context.ts';
import type { MasterKeySettings } from '../src/keys/master-key-settings.ts';
import { openMasterKey } from '../src/keys/open-master-key.ts';
import { rotateMasterKey } from '../src/ops/keys/rotate-master-key.ts';
import { type KmsServer, startKmsServer } from './harness/kms-server.ts';
import { query } from './harness/look-inside.ts';
import { createRecord, enterCard, getRecord, putRecord, replaceInstrument } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { startVaultServer, type VaultServer } from './harness/vault-server.ts';

const caller: Caller = { kind: 'command-line', id: 'test', scopes: new Set() };

let kms: KmsServer;
let vault: VaultServer;
let server: TestServer;
let tenants: TestTenant[];

before(async () => {
  [kms, vault] = await Promise.all([startKmsServer(), startVaultServer()]);
  server = await startTestServer(knowing('file', 'aws-kms', 'vault-transit'));
  tenants = [await server.tenant('acme'), await server.tenant('bravo')];
});
after(async () => {
  await server.stop();
  await Promise.all([kms.close(), vault.stop()]);
});

/** The settings of a server that wraps with the first and opens with all of these. */
const knowing = (
  ...masterKeyProviders: MasterKeySettings['masterKeyProviders']
): Partial<Config> & Pick<MasterKeySettings, 'masterKeyProviders'> => ({
  masterKeyProviders,
  masterKeyAwsKms: kms.settings,
  masterKeyVaultTransit: vault.settings,
});

/** What the command line works with: the running server's database, and settings of its own. */
async function commandServices(settings: Partial<Config>): Promise<Services> {
  const config = { ...server.services.config, ...settings };
  return { ...server.services, config, masterKey: await openMasterKey(config, false) };
}

const wrappedBy = async (): Promise<string[]> => {
  const rows = await query<{ by: string }>(server, 'SELECT DISTINCT wrapped_by AS by FROM tenant_keys');
  return rows.map(({ by }) => by);
};

test('the master key moves from the file to AWS KMS, on to Vault and back, under a server that goes on', async () => {
  const written: { tenant: TestTenant; id: string; version: number }[] = [];
  async function writeThenReadEverything(): Promise<void> {
    // Knows what the running server has at hand by nothing but the providers.
    const fresh = await startTestServer(knowing('file', 'aws-kms', 'vault-transit'), server);
    for (const tenant of tenants) {
      const record = await createRecord(server, tenant);
      const { body } = await putRecord(fresh, tenant, { ...record, name: 'Changed' });
      written.push({ tenant, id: record.id, version: body.sys_version });
      const token = await enterCard(fresh, tenant);
      assert.equal((await replaceInstrument(server, tenant, token)).status, 200);
    }
    for (const { tenant, id, version } of written) {
      for (const reader of [server, fresh]) {
        const { status, body } = await getRecord(reader, tenant, id);
        assert.deepEqual([status, body.sys_version, body.name_on_account], [200, version, 'Ada Test']);
      }
    }
    await fresh.stop();
  }
  await writeThenReadEverything();
  const [inFile] = await wrappedBy();

  const toKms = await rotateMasterKey(await commandServices(knowing('aws-kms', 'file')), caller);
  assert.deepEqual(toKms, { keyId: `aws-kms:${kms.keyArns[0]}`, rewrapped: 8, destroyed: [] });
  assert.deepEqual(await wrappedBy(), [toKms.keyId]);
  await writeThenReadEverything();

  const toVault = await rotateMasterKey(await commandServices(knowing('vault-transit', 'aws-kms')), caller);
  assert.deepEqual(toVault, { keyId: 'vault-transit:payments/eu/transit/onfile:v1', rewrapped: 8, destroyed: [] });
  assert.deepEqual(await wrappedBy(), [toVault.keyId]);
  await writeThenReadEverything();

  const back = await rotateMasterKey(await commandServices(knowing('file', 'vault-transit')), caller);
  assert.deepEqual(back, { keyId: inFile, rewrapped: 8, destroyed: [] });
  assert.deepEqual(await wrappedBy(), [inFile]);
  await Promise.all([kms.close(), vault.close()]);
  await writeThenReadEverything();
  await Promise.all([kms.open(), vault.open()]);
});

test('a new version of Vault’s key, and a new key of KMS, take over what the ones before wrapped', async () => {
  const first = await rotateMasterKey(await commandServices(knowing('vault-transit', 'file')), caller);
  const again = await rotateMasterKey(await commandServices(knowing('vault-transit')), caller);
  assert.deepEqual([again.keyId, again.rewrapped], [first.keyId, 0]);
  vault.rotate();
  const next = await rotateMasterKey(await commandServices(knowing('vault-transit')), caller);
  assert.deepEqual([next.keyId, next.rewrapped], ['vault-transit:payments/eu/transit/onfile:v2', 8]);
  vault.setMinDecryptionVersion(2);

  const [one, other] = kms.keyArns;
  await rotateMasterKey(await commandServices(knowing('aws-kms', 'vault-transit')), caller);
  const masterKeyAwsKms = { ...kms.settings, keyArns: [other, one] as const };
  const replaced = await rotateMasterKey(await commandServices({ ...knowing('aws-kms'), masterKeyAwsKms }), caller);
  assert.deepEqual([replaced.keyId, replaced.rewrapped], [`aws-kms:${other}`, 8]);
  assert.deepEqual(await wrappedBy(), [replaced.keyId]);
  await rotateMasterKey(await commandServices({ ...knowing('file', 'aws-kms'), masterKeyAwsKms }), caller);
});

test('a move stops with a sentence while the new provider refuses or is away, and goes on from there', async () => {
  const toKms = await commandServices(knowing('aws-kms', 'file'));
  kms.fail('AccessDeniedException');
  await assert.rejects(rotateMasterKey(toKms, caller), /^Error: AWS KMS refuses the use of arn:aws:kms:.*AccessDenied/);
  kms.fail(null);
  const onProgress = () => kms.fail('KMSInternalException');
  const anew = await commandServices(knowing('aws-kms', 'file'));
  await assert.rejects(rotateMasterKey(anew, caller, { onProgress }), /^Error: AWS KMS does not answer as it should/);
  assert.equal((await wrappedBy()).length, 2);
  for (const tenant of tenants) assert.ok((await createRecord(server, tenant)).id);
  kms.fail(null);
  const rest = await rotateMasterKey(await commandServices(knowing('aws-kms', 'file')), caller);
  assert.equal(rest.rewrapped, 4);
  assert.deepEqual(await wrappedBy(), [rest.keyId]);
  await rotateMasterKey(await commandServices(knowing('file', 'aws-kms')), caller);
});
