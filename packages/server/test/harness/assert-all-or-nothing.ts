import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import type { Installation } from './installation.ts';
import type { Reachable } from './main-job.ts';
import type { Update } from './update-load.ts';

const retriesAtOnce = 20;

/** A version that an acknowledged update led to, and what stands in the database of it. */
type Written = { id: string; version: number };

const versionOf = ({ body }: { body: any }): Written => ({
  id: body.id ?? body.storedPaymentMethodId,
  version: body.sys_version ?? body.sysVersion,
});

/**
 * Holds what a client may rely on after a crash: what was acknowledged is there with its version, audit entry and event;
 * nothing is there by halves; and sent again with its key, every update is answered and has been applied once.
 */
export async function assertAllOrNothing(
  { query }: Installation,
  server: Reachable,
  updates: readonly Update[],
): Promise<void> {
  const acknowledged = updates.filter((update) => update.answer?.status === 200);
  const before = await readVersions(query);
  assertWhole(before);
  for (const { answer } of acknowledged) {
    const { id, version } = versionOf(answer ?? { body: {} });
    assert.ok(before.some((row) => row.id === id && row.version === version && row.current >= version));
  }

  // A server that has just lost its database refuses a burst: docs/decisions/0030.
  await Readable.from(acknowledged).forEach(
    async (update: Update) => {
      const again = await update.retry(server);
      assert.equal(again.headers.get('idempotency-replayed'), 'true', JSON.stringify(again.body));
      assert.deepEqual(again.body, update.answer?.body);
    },
    { concurrency: retriesAtOnce },
  );
  assert.equal((await readVersions(query)).length, before.length);

  // A minute later, as far as these keys are concerned: an attempt that died with its process can then be repeated.
  await query(`UPDATE idempotency_keys SET attempt_until = 'epoch' WHERE sealed_answer IS NULL`);
  const lost = updates.filter((update) => update.answer?.status !== 200);
  const applied = new Set<string>();
  for (const update of lost) {
    const answer = await update.retry(server);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual((await update.retry(server)).body, answer.body);
    applied.add(JSON.stringify(versionOf(answer)));
  }
  assert.equal(applied.size, lost.length);
  assertWhole(await readVersions(query));
}

type VersionRow = Written & { current: number; audits: number; events: number };

/** Every version of every record that the load made, with the record's own version and the traces of this one. */
const readVersions = (query: Installation['query']): Promise<VersionRow[]> =>
  query<VersionRow>(
    `SELECT v.id, v.sys_version AS version, m.sys_version AS current,
       (SELECT count(*)::int FROM audit_entries a
        WHERE (a.tenant_id, a.subject_id, a.subject_version) = (v.tenant_id, v.id, v.sys_version)) AS audits,
       (SELECT count(*)::int FROM events e
        WHERE (e.tenant_id, e.subject_id, e.subject_version) = (v.tenant_id, v.id, v.sys_version)) AS events
     FROM stored_payment_method_versions v JOIN stored_payment_methods m USING (tenant_id, id)
     ORDER BY v.id, v.sys_version`,
  );

function assertWhole(rows: readonly VersionRow[]): void {
  const expected = new Map<string, number>();
  for (const row of rows) {
    const version = (expected.get(row.id) ?? 0) + 1;
    expected.set(row.id, version);
    assert.deepEqual({ ...row, current: 0 }, { id: row.id, version, current: 0, audits: 1, events: 1 });
  }
  for (const row of rows) assert.equal(row.current, expected.get(row.id));
}
