import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { cellsOf, csv, openLoad, readLoad, sendPart, startLoad } from '../../harness/bulk-loads.ts';
import { httpCaller } from '../../harness/http-caller.ts';
import { until } from '../../harness/until.ts';
import type { FaultTenant } from '../client.ts';
import type { Rig } from '../rig.ts';
import type { Kind } from './kind.ts';

const rows = 400;
const traces = `
  SELECT
    (SELECT count(*)::int FROM stored_payment_methods m
     WHERE m.tenant_id = $1 AND m.marks->'bulk_load'->>'id' = $2) AS records,
    (SELECT count(DISTINCT m.marks->'bulk_load'->>'record_no')::int FROM stored_payment_methods m
     WHERE m.tenant_id = $1 AND m.marks->'bulk_load'->>'id' = $2) AS numbers`;

/** Begins a bulk load of as many rows. Answers what waits for its end and holds that each row was done once. */
async function beginLoad({ server, database }: Rig, tenant: FaultTenant): Promise<() => Promise<void>> {
  const reachable = { url: server.url, call: httpCaller(server.url) };
  const { tenantId, apiKey, clientId, clientSecret, merchantAccountIds } = tenant;
  const { body: token } = await reachable.call('POST', '/oauth/token', {
    body: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
  });
  const { body: customer } = await reachable.call('POST', '/v1/customers/create', {
    headers: { 'x-api-key': apiKey },
    body: { firstName: 'Ada', lastName: 'Loaded' },
  });
  const payee = {
    tenantId,
    apiKey,
    clientId,
    clientSecret,
    accessToken: token.access_token,
    customerId: customer.id,
    contactId: customer.contactId,
    merchantAccountId: merchantAccountIds[0] ?? '',
  };
  const id = await openLoad(reachable, payee);
  const mark = randomUUID();
  const cells = Array.from({ length: rows }, (_, n) => cellsOf(payee, `loaded-${mark}-${n}`));
  await sendPart(reachable, payee, id, 0, csv(cells));
  await startLoad(reachable, payee, id);
  return async () => {
    const done = await until(async () => {
      const load = await readLoad(reachable, payee, id);
      return load['state'] === 'done' && load;
    });
    const [found] = await database.query(traces, [tenantId, id]);
    const counted = JSON.stringify({ created: done['created'], failed: done['failed'], ...found });
    const expected = JSON.stringify({ created: rows, failed: 0, records: rows, numbers: rows });
    if (counted !== expected) throw new Error(`a bulk load that was interrupted ended with ${counted}`);
  };
}

export const backgroundKilled: Kind = {
  name: 'worker killed',
  what: 'the background thread ended in the middle of a bulk load, which must end as if nothing had happened',
  weight: 1,
  async inject({ rig, tenant, random }) {
    const isDone = await beginLoad(rig, tenant);
    await delay(random.below(700));
    rig.endBackgroundThread();
    return { variant: 'the thread in a bulk load', end: isDone };
  },
};
