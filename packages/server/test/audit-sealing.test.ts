import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import type { Context } from '../src/context.ts';
import { sealTenantAudit } from '../src/jobs/seal-audit.ts';
import { chainStart } from '../src/ops/audit/chain.ts';
import { makeCheckpoint } from '../src/ops/audit/keep-checkpoints.ts';
import { sealNextEntries } from '../src/ops/audit/seal.ts';
import { checkpointFile } from '../src/store/audit-checkpoint-file.ts';
import { holdChainEnd, insertSeals, listEntriesToSeal } from '../src/store/audit-seals.ts';
import { insertTrail } from '../src/store/trail.ts';
import { auditedTenant, changeTrail, sealAll, sealAndSign, sealsOf, verify, writeEntries } from './harness/audit.ts';
import { query } from './harness/look-inside.ts';
import { createRecord, putRecord } from './harness/main-job.ts';
import { startTestServer, type TestServer } from './harness/server.ts';
import { until } from './harness/until.ts';

let server: TestServer;

before(async () => {
  server = await startTestServer();
});

after(() => server.stop());

/** Every entry of the tenant is sealed once, the numbers have no gap, and nothing is wrong. */
async function assertWhole(ctx: Context, entries: number): Promise<void> {
  const { tenantId } = ctx.tenant;
  const seals = await sealsOf(server, tenantId);
  assert.deepEqual(
    seals.map(({ number }) => Number(number)),
    Array.from({ length: entries }, (_, n) => n + 1),
  );
  const { findings, sealed, waiting } = await verify(ctx);
  // The verification's own entry is the one that waits.
  assert.deepEqual([findings, sealed, waiting], [[], entries, 1]);
}

describe('sealing', () => {
  it('keeps no writer waiting, and waits for none', async () => {
    const acme = await server.tenant('acme');
    await sealAll(server, 'acme');
    const seals = await sealsOf(server, 'acme');
    const record = await createRecord(server, acme);
    await server.services.db
      .transaction('acme', async (tx) => {
        const end = await holdChainEnd(tx);
        assert.ok(end);
        const entries = await listEntriesToSeal(tx, end, 1000);
        const chains = entries.map(() => chainStart);
        await insertSeals(tx, { before: end.number, entries, chains }, end);
        // All locks of a round of sealing are held, and none of them is in the way.
        const { status } = await putRecord(server, acme, { ...record, name: 'Renamed meanwhile' });
        assert.equal(status, 200);
        throw new Error('not to be kept');
      })
      .catch((error: Error) => assert.equal(error.message, 'not to be kept'));
    assert.deepEqual(await sealsOf(server, 'acme'), seals);
  });

  it('passes over nothing that a transaction commits later, whichever began first', async () => {
    const ctx = await auditedTenant(server, 'slow-writer');
    await sealAll(server, 'slow-writer');
    const slow = new Client({ connectionString: server.database.url });
    await slow.connect();
    await slow.query(`BEGIN; SET LOCAL app.tenant_ids = 'slow-writer'`);
    const run = <Row extends object>(statement: { text: string }, values: readonly unknown[]) =>
      slow.query<Row>(statement.text, [...values]).then(({ rows }) => rows);
    const copy = () => Promise.reject(new Error('a trail is not copied'));
    await insertTrail({ tenantId: 'slow-writer', query: run, copy }, changeTrail(ctx, 1));
    await writeEntries(ctx, 5);
    await sealTenantAudit(server.services, 'slow-writer');
    assert.equal((await sealsOf(server, 'slow-writer')).length, 1);
    await slow.query('COMMIT');
    await slow.end();
    await sealAll(server, 'slow-writer');
    await assertWhole(ctx, 7);
  });

  it('goes on while checkpoints cannot be copied out of the database, and says so each time', async () => {
    const ctx = await auditedTenant(server, 'no-room');
    await sealAll(server, 'no-room');
    await mkdir(checkpointFile(server.services.config.auditCheckpointDir, 'no-room'), { recursive: true });
    for (const entries of [3, 5]) {
      await writeEntries(ctx, 2);
      await until(async () => {
        await assert.rejects(sealTenantAudit(server.services, 'no-room'), { code: 'EISDIR' });
        return (await sealsOf(server, 'no-room')).length === entries;
      });
    }
  });

  it('leaves no gap and seals nothing twice while several write and several seal', async () => {
    const ctx = await auditedTenant(server, 'busy');
    const written = new AbortController();
    const writers = Array.from({ length: 4 }, async () => {
      for (let n = 0; n < 60; n++) await writeEntries(ctx, 1 + (n % 7));
    });
    const sealers = Array.from({ length: 3 }, async () => {
      while (!written.signal.aborted) await sealTenantAudit(server.services, 'busy');
    });
    await Promise.all(writers);
    written.abort();
    await Promise.all(sealers);
    await sealAll(server, 'busy');
    const [{ count } = { count: '' }] = await query<{ count: string }>(
      server,
      `SELECT count(*) FROM audit_entries WHERE tenant_id = 'busy'`,
    );
    await assertWhole(ctx, Number(count));
  });

  it('leaves a tenant to the process that is sealing it already', async () => {
    const ctx = await auditedTenant(server, 'taken');
    await sealAll(server, 'taken');
    await ctx.db.transaction('taken', async (tx) => {
      assert.ok(await holdChainEnd(tx));
      await sealNextEntries(server.services, 'taken').then((answer) =>
        assert.deepEqual(answer, { sealed: 0, mayGoOn: false }),
      );
    });
  });

  it('goes on where it was when a process dies in the middle', async () => {
    const ctx = await auditedTenant(server, 'died');
    await sealAll(server, 'died');
    await writeEntries(ctx, 10);
    const dies = ctx.db.transaction('died', async (tx) => {
      const end = await holdChainEnd(tx);
      assert.ok(end);
      const entries = await listEntriesToSeal(tx, end, 4);
      await insertSeals(tx, { before: end.number, entries, chains: entries.map(() => chainStart) }, end);
      throw new Error('the process died');
    });
    await assert.rejects(dies, /the process died/);
    await sealAll(server, 'died');
    await assertWhole(ctx, 11);
  });
});

describe('a database that was restored on another server', () => {
  it('has its entries sealed, those from before and those from after, though its transactions count from lower', async () => {
    const ctx = await auditedTenant(server, 'restored');
    await writeEntries(ctx, 3);
    await sealAndSign(server, 'restored');
    await writeEntries(ctx, 3);
    const far = `(pg_current_xact_id()::text::bigint + 1000000000)::text::xid8`;
    await query(server, `UPDATE audit_entries SET written_in = ${far} WHERE tenant_id = 'restored'`);
    await query(server, `UPDATE audit_chains SET read_through = ${far} WHERE tenant_id = 'restored'`);
    await writeEntries(ctx, 3);
    await sealAll(server, 'restored');
    await assertWhole(ctx, 10);
    await writeEntries(ctx, 1);
    await sealAll(server, 'restored');
    await assertWhole(ctx, 12);
  });
});

describe('a checkpoint', () => {
  const linesOf = async (tenantId: string): Promise<string[]> =>
    (await readFile(checkpointFile(server.services.config.auditCheckpointDir, tenantId), 'utf8')).trim().split('\n');

  it('is signed a minute after the one before, or after 10,000 entries, while there is something new', async () => {
    const ctx = await auditedTenant(server, 'signed');
    const sealAgain = async () => {
      await sealAll(server, 'signed');
      await sealTenantAudit(server.services, 'signed');
    };
    await sealAgain();
    await sealAgain();
    await writeEntries(ctx, 1);
    await sealAgain();
    assert.equal((await linesOf('signed')).length, 1);
    await sealAndSign(server, 'signed');
    await sealAndSign(server, 'signed');
    assert.deepEqual(
      (await linesOf('signed')).map((line) => JSON.parse(line).number),
      [1, 2],
    );
    await writeEntries(ctx, 10_000);
    await sealAgain();
    assert.deepEqual(
      (await linesOf('signed')).map((line) => JSON.parse(line).number),
      [1, 2, 10_002],
    );
  });

  it('gets into the file though the process died between the database and the file, or in the middle of a line', async () => {
    const ctx = await auditedTenant(server, 'torn');
    await sealAndSign(server, 'torn');
    await writeEntries(ctx, 3);
    await sealAll(server, 'torn');
    await makeCheckpoint(server.services, 'torn');
    await appendFile(checkpointFile(server.services.config.auditCheckpointDir, 'torn'), '{"tenantId":"torn","num');
    await sealTenantAudit(server.services, 'torn');
    const lines = await linesOf('torn');
    assert.deepEqual([lines.length, JSON.parse(lines[2] ?? '').number], [3, 4]);
    await assertWhole(ctx, 4);
  });
});
