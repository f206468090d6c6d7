import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Config } from '../src/config.ts';
import { openDeploymentMasterKey } from '../src/lifecycle/deployment-master-key.ts';
import { type KmsServer, startKmsServer } from './harness/kms-server.ts';
import { bearer, createRecord, getRecord } from './harness/main-job.ts';
import { onfile } from './harness/onfile-command.ts';
import { spawnOnfile } from './harness/onfile-process.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';
import { startVaultServer, type VaultServer } from './harness/vault-server.ts';

let kms: KmsServer;
let vault: VaultServer;

before(async () => {
  [kms, vault] = await Promise.all([startKmsServer(), startVaultServer()]);
});
after(() => Promise.all([kms.close(), vault.stop()]));

/** What can happen to a provider, and the settings of who uses it. */
type Trouble = Pick<KmsServer, 'open' | 'close' | 'environment'> & {
  refuse: () => void;
  silence: () => void;
  slow: () => void;
  recover: () => void;
};
type Case = { settings: () => Partial<Config>; trouble: () => Trouble; refused: RegExp; away: RegExp };

const cases: Record<string, Case> = {
  'AWS KMS': {
    settings: () => ({ masterKeyProviders: ['aws-kms'], masterKeyAwsKms: kms.settings }),
    trouble: () => ({
      ...kms,
      refuse: () => kms.fail('AccessDeniedException'),
      silence: () => kms.fail('silence'),
      slow: () => kms.fail('slow'),
      recover: () => kms.fail(null),
    }),
    refused: /AWS KMS refuses the use of arn:aws:kms:\S+ \(AccessDeniedException\); see that /,
    away: /AWS KMS does not answer as it should \(\w+\); check the network/,
  },
  'Vault Transit': {
    settings: () => ({ masterKeyProviders: ['vault-transit'], masterKeyVaultTransit: vault.settings }),
    trouble: () => ({
      ...vault,
      refuse: () => vault.fail('denied'),
      silence: () => vault.fail('silence'),
      slow: () => vault.fail('slow'),
      recover: () => vault.fail(null),
    }),
    refused: /Vault refuses the use of the key onfile \(HTTP 403\); see that /,
    away: /Vault does not answer as it should \(\w+\); check MASTER_KEY_VAULT_ADDRESS/,
  },
};

for (const [name, { settings, trouble, refused, away }] of Object.entries(cases)) {
  describe(name, () => {
    let server: TestServer;
    let known: TestTenant;
    /** Has the keys of one tenant in memory. */
    let other: TestServer;

    before(async () => {
      server = await startTestServer(settings());
      known = await server.tenant('known');
      other = await startTestServer(settings(), server);
      await createRecord(other, known);
    });
    after(async () => {
      await other.stop();
      await server.stop();
    });

    /** In trouble it serves the tenant that it knows and not another; once all is well again, both. */
    async function assertWeathered(tenantId: string, happen: () => unknown, end: () => unknown): Promise<void> {
      const unknown = await server.tenant(tenantId);
      const { id } = await createRecord(server, unknown);
      await happen();
      const begun = performance.now();
      const headers = { ...bearer(unknown), 'accept-language': 'de' };
      const refusals = await Promise.all([
        getRecord(other, unknown, id),
        getRecord(other, unknown, id),
        other.call('GET', `/storedPaymentMethods/${tenantId}/${id}`, { headers }),
      ]);
      assert.ok(performance.now() - begun < 10_000);
      for (const answer of refusals) {
        assert.deepEqual([answer.status, answer.body.errorCode], [503, 'errormessage.unavailable']);
        assert.equal(answer.headers.get('retry-after'), '1');
      }
      const record = await createRecord(other, known);
      assert.equal((await getRecord(other, known, record.id)).status, 200);
      await end();
      await until(async () => (await getRecord(other, unknown, id)).status === 200);
      assert.match(other.log(), /MasterKeyFailure/);
      assert.doesNotMatch(other.log(), /secret\/key|hvs\.|arn:aws/);
    }

    test('while it is down, tenants in memory go on, others get 503, and it is used again once it is back', async () => {
      const { close, open } = trouble();
      await assertWeathered('met-down', close, open);
    });

    test('the same while it refuses', async () => {
      const { refuse, recover } = trouble();
      await assertWeathered('met-refusing', refuse, recover);
    });

    test('the same while it never answers', async () => {
      const { silence, recover } = trouble();
      await assertWeathered('met-silent', silence, recover);
    });

    test('while it is slow, everything is served', async () => {
      const { slow, recover } = trouble();
      const unknown = await server.tenant('met-slow');
      slow();
      for (const tenant of [known, unknown]) assert.ok((await createRecord(other, tenant)).id);
      recover();
    });

    test('a start while it refuses, never answers or is down ends with a sentence that says what to do', async () => {
      const { refuse, silence, recover, close, open, environment } = trouble();
      const start = () => openDeploymentMasterKey(other.services.config, other.services.db);
      silence();
      await assert.rejects(start(), { message: away });
      await close();
      await assert.rejects(start(), { message: away });
      await open();
      refuse();
      await assert.rejects(start(), { message: refused });
      const process = spawnOnfile({ DATABASE_URL: server.database.url, PORT: '0', ...environment });
      assert.deepEqual(await process.ended, { code: 1, signal: null }, process.output());
      assert.match(process.errors(), new RegExp(`^onfile cannot start: ${refused.source}`, 'm'));
      assert.doesNotMatch(process.errors(), /secret\/key|hvs\./);
      recover();
    });

    test('a start while it is slow serves, and the command line tells that it opens the database’s keys', async () => {
      const { slow, recover, environment } = trouble();
      slow();
      const process = spawnOnfile({ DATABASE_URL: server.database.url, PORT: '0', ...environment });
      await process.said(/^onfile ready on/m);
      const { stdout } = await onfile(['doctor', '--json'], { DATABASE_URL: server.database.url, ...environment });
      const checks: { check: string; state: string }[] = JSON.parse(stdout).checks;
      const found = checks.filter(({ check }) => check.startsWith('master key'));
      assert.deepEqual(
        found.map(({ check, state }) => [check, state]),
        [['master key', 'good']],
      );
      await process.kill();
      recover();
    });
  });
}
