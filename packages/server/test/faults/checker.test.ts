import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { addMerchantAccount } from '../harness/gateway-tokens.ts';
import { query } from '../harness/look-inside.ts';
import { startTestServer, type TestServer, type TestTenant } from '../harness/server.ts';
import { until } from '../harness/until.ts';
import { type Checker, createChecker } from './check/checker.ts';
import { openClient } from './client.ts';
import { isAcknowledged, readJournal } from './journal.ts';
import { startLoad } from './load/load.ts';

let server: TestServer;
let tenantId: string;
let journalPath: string;
let checker: Checker;
let tenants = 0;

before(async () => {
  server = await startTestServer();
});

after(() => server.stop());

const run = (text: string, values: readonly unknown[] = []) => query<any>(server, text, values);

/** The promises that a check finds broken. */
const broken = async (): Promise<string[]> => {
  const { findings } = await checker.check();
  return [...new Set(findings.map(({ promise }) => promise))];
};

/** An acknowledged change of a record, with the version that it made. */
function acknowledgedChange(kind: 'replace' | 'instrument') {
  const entry = readJournal(journalPath).findLast((one) => one.update.kind === kind && isAcknowledged(one));
  const body = JSON.parse(entry?.answers.at(-1)?.text ?? '{}');
  return { id: body.id ?? body.storedPaymentMethodId, version: body.sys_version ?? body.sysVersion };
}

describe('the checker of the fault runs', () => {
  beforeEach(async () => {
    tenants += 1;
    tenantId = `checked-${tenants}`;
    const tenant: TestTenant = await server.tenant(tenantId);
    const second = await addMerchantAccount(server, tenant, 'Second shop');
    const subject = { ...tenant, merchantAccountIds: [tenant.merchantAccountId, second] };
    journalPath = join(server.services.config.dataDir, `${tenantId}.journal`);
    const load = startLoad({ url: server.url, tenant: subject, journalPath, seed: tenants });
    await until(async () => load.acknowledged().records > 20 && load.acknowledged().instruments > 2);
    await load.pause();
    await load.stop();
    checker = createChecker({ client: openClient(server.url, subject), query: run }, journalPath);
  });

  it('finds nothing where nothing was broken, however often it looks', async () => {
    assert.deepEqual(await broken(), []);
    assert.deepEqual((await checker.settle()).findings, []);
  });

  it('finds an event that is gone', async () => {
    const { id, version } = acknowledgedChange('replace');
    await run('DELETE FROM events WHERE (tenant_id, subject_id, subject_version) = ($1, $2, $3)', [
      tenantId,
      id,
      version,
    ]);
    const found = await broken();
    assert.ok(found.includes('each version has one event'));
    assert.ok(found.includes('every change is told by an event'));
  });

  it('finds a version that is gone, and with it the update that made it', async () => {
    const { id, version } = acknowledgedChange('replace');
    await run('DELETE FROM stored_payment_method_versions WHERE (tenant_id, id, sys_version) = ($1, $2, $3)', [
      tenantId,
      id,
      version,
    ]);
    const found = await broken();
    assert.ok(found.includes('no acknowledged update is lost'), String(found));
  });

  it('finds an answer that is not told again', async () => {
    await run('DELETE FROM idempotency_keys WHERE tenant_id = $1', [tenantId]);
    assert.ok((await broken()).includes('a retry gets the first answer, byte for byte'));
  });

  it('finds an account that bills something else', async () => {
    const { id } = acknowledgedChange('instrument');
    await run(
      'UPDATE customers SET account_version = account_version + 1 WHERE tenant_id = $1 AND account_method_id = $2',
      [tenantId, id],
    );
    assert.deepEqual(await broken(), ['an account changes once for each replacement']);
  });
});
