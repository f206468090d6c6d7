import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellsOf, csv, openLoad, readLoad, sendPart, startLoad } from './harness/bulk-loads.ts';
import { demoPayee, newInstallation } from './harness/installation.ts';
import { until } from './harness/until.ts';

const settings = { RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'error' };
const many = 6000;
/** Every hundredth row names a contact that there is not. */
const failing = 100;

test('kill -9 in mid-load: started again, each row is done exactly once, as in an undisturbed load', async (t) => {
  const installation = await newInstallation(t);
  const killed = await installation.serve(settings);
  const payee = await demoPayee(installation.dataDir, killed);
  const rows = Array.from({ length: many }, (_, n) =>
    cellsOf(payee, `crash-${n + 1}`, n % failing === 0 ? { contact_id: 'nobody' } : {}),
  );
  const id = await openLoad(killed, payee);
  await sendPart(killed, payee, id, 0, csv(rows));
  await startLoad(killed, payee, id);
  const begun = await until(async () => {
    const load = await readLoad(killed, payee, id);
    return load['processed'] > 0 && load;
  });
  await killed.kill();
  assert.ok(begun['processed'] < many, `all ${begun['processed']} were done already`);
  const [left] = await installation.query<{ state: string }>('SELECT state FROM background_tasks WHERE task_id = $1', [
    id,
  ]);
  assert.equal(left?.state, 'running');
  // So that nobody waits for the claim of the dead to end.
  await installation.query('UPDATE background_tasks SET claimed_until = created_at WHERE task_id = $1', [id]);

  const server = await installation.serve(settings);
  const done = await until(async () => {
    const load = await readLoad(server, payee, id);
    return load['state'] === 'done' && load;
  });
  const failed = many / failing;
  assert.deepEqual(
    [done['rows'], done['processed'], done['created'], done['failed'], done['unprocessed']],
    [many, many, many - failed, failed, 0],
  );
  const [traces] = await installation.query(
    `SELECT
       (SELECT count(*)::int FROM stored_payment_methods WHERE marks->'bulk_load'->>'id' = $1) AS records,
       (SELECT count(DISTINCT marks->'bulk_load'->>'record_no')::int FROM stored_payment_methods
        WHERE marks->'bulk_load'->>'id' = $1) AS numbers,
       (SELECT count(*)::int FROM stored_payment_method_versions WHERE marks->'bulk_load'->>'id' = $1) AS versions,
       (SELECT count(*)::int FROM audit_entries a JOIN stored_payment_methods m ON m.id = a.subject_id
        WHERE m.marks->'bulk_load'->>'id' = $1) AS entries,
       (SELECT count(*)::int FROM events e JOIN stored_payment_methods m ON m.id = e.subject_id
        WHERE m.marks->'bulk_load'->>'id' = $1) AS events,
       (SELECT count(DISTINCT result->>'record_no')::int FROM bulk_load_results r
        CROSS JOIN LATERAL jsonb_array_elements(r.results) AS result WHERE r.load_id = $1) AS results`,
    [id],
  );
  const created = many - failed;
  assert.deepEqual(traces, {
    records: created,
    numbers: created,
    versions: created,
    entries: created,
    events: created,
    results: many,
  });
});
