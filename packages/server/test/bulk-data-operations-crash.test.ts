import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  counts,
  createRecords,
  getOperation,
  orderOperation,
  rename,
  undoOperation,
} from './harness/bulk-data-operations.ts';
import { demoPayee, type Installation, newInstallation, type ServingOnfile } from './harness/installation.ts';
import { getRecord, type Payee } from './harness/main-job.ts';
import { until } from './harness/until.ts';

const settings = { RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'error' };
const many = 400;

const undisturbed = { state: 'done', selected: many, changed: many, unchanged: 0, failed: 0 };

type Started = { server: ServingOnfile; payee: Payee };

/** Kills the server when the operation has done some of its work, and starts it again. */
async function killInTheMiddle(installation: Installation, { server, payee }: Started, id: string): Promise<Started> {
  const { processed } = await until(async () => {
    const operation = await getOperation(server, payee, id);
    return operation['processed'] > 0 && operation;
  });
  await server.kill();
  assert.ok(processed < many, `all ${processed} were done already`);
  const [left] = await installation.query<{ state: string }>('SELECT state FROM background_tasks WHERE task_id = $1', [
    id,
  ]);
  assert.equal(left?.state, 'running');
  // So that nobody waits for the claim of the dead to end.
  await installation.query('UPDATE background_tasks SET claimed_until = created_at WHERE task_id = $1', [id]);
  return { server: await installation.serve(settings), payee };
}

const ended = ({ server, payee }: Started, id: string) =>
  until(async () => {
    const operation = await getOperation(server, payee, id);
    return operation['state'] === 'done' && operation;
  });

/** What there is of the operation's work: versions, results, events and audit entries, each counted and told apart. */
const traces = (installation: Installation, id: string, version: number) =>
  installation.query<object>(
    `SELECT
       (SELECT count(*)::int FROM stored_payment_methods
        WHERE sys_version = $2 AND marks->'bulk_operation'->>'id' = $1) AS records,
       (SELECT count(*)::int FROM stored_payment_method_versions
        WHERE sys_version = $2 AND marks->'bulk_operation'->>'id' = $1) AS versions,
       (SELECT count(*)::int FROM bulk_data_operation_results
        WHERE operation_id = $1 AND version_after = $2) AS results,
       (SELECT count(*)::int FROM events e JOIN bulk_data_operation_results r ON r.record_id = e.subject_id
        WHERE r.operation_id = $1 AND e.subject_version = $2) AS events,
       (SELECT count(*)::int FROM audit_entries a JOIN bulk_data_operation_results r ON r.record_id = a.subject_id
        WHERE r.operation_id = $1 AND a.subject_version = $2) AS entries,
       (SELECT count(*)::int FROM events WHERE subject_id = $1 AND type = 'bulk_data_operation.done') AS ends`,
    [id, version],
  );

test('kill -9 in the middle of an operation, and of its undo, ends like an undisturbed run', async (t) => {
  const installation = await newInstallation(t);
  const server = await installation.serve(settings);
  const payee = await demoPayee(installation.dataDir, server);
  const records = await createRecords(server, payee, many);
  const once = { records: many, versions: many, results: many, events: many, entries: many, ends: 1 };
  const filter = { contact_id: payee.contactId, credit_card_type: 'visa' };

  const { body: ordered } = await orderOperation(server, payee, { kind: 'change', filter, patch: rename('Renamed') });
  const second = await killInTheMiddle(installation, { server, payee }, ordered.id);
  assert.deepEqual(counts(await ended(second, ordered.id)), undisturbed);
  assert.deepEqual(await traces(installation, ordered.id, 2), [once]);

  const { body: undo } = await undoOperation(second.server, payee, ordered.id);
  const third = await killInTheMiddle(installation, second, undo.id);
  assert.deepEqual(counts(await ended(third, undo.id)), undisturbed);
  assert.deepEqual(await traces(installation, undo.id, 3), [once]);
  const { body: last } = await getRecord(third.server, payee, records.at(-1)?.['id']);
  assert.deepEqual([last.name, last.sys_version], ['Work card', 3]);
});
