import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import { sweepTenant } from '../src/jobs/sweep.ts';
import { numberEvents } from '../src/store/event-numbers.ts';
import { catchUp, numbersOf, type ReadEvent, upTo } from './harness/events.ts';
import { query } from './harness/look-inside.ts';
import { createRecord, putRecord } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
/** A second process on the same database. */
let beside: TestServer;

before(async () => {
  server = await startTestServer();
  beside = await startTestServer({}, server);
});

after(async () => {
  await beside.stop();
  await server.stop();
});

const insert = `
  INSERT INTO events (tenant_id, event_id, type, at, subject_id, subject_version, payload, written_in)
  SELECT $1, gen_random_uuid(), 'tenant.updated', now(), 'made up', n, '{"changed_fields": []}', pg_current_xact_id()
  FROM generate_series(1, $2) AS n`;

/** A transaction that has written an event and stays open. */
async function slowWriter(tenantId: string): Promise<{ end: (how: 'COMMIT' | 'ROLLBACK') => Promise<void> }> {
  const client = new Client({ connectionString: server.database.adminUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query(insert, [tenantId, 1]);
  return {
    async end(how) {
      await client.query(how);
      await client.end();
    },
  };
}

/** Changes one record so many times, each on top of the one before. */
async function writeOn(tenant: TestTenant, through: TestServer, changes: number): Promise<void> {
  let record = await createRecord(through, tenant);
  for (let count = 0; count < changes; count++) {
    const { status, body } = await putRecord(through, tenant, { ...record, name: `Change ${count}` });
    assert.equal(status, 200);
    record = body;
  }
}

/** Reads on while others write, as a client that is never behind. */
async function follow(tenant: TestTenant, isOver: () => boolean): Promise<ReadEvent[]> {
  const seen: ReadEvent[] = [];
  for (let wasOver = false; !wasOver; ) {
    wasOver = isOver();
    const reader = seen.length % 2 === 0 ? server : beside;
    seen.push(...(await catchUp(reader, tenant, { after: seen.at(-1)?.number ?? 0 })));
  }
  return seen;
}

function assertInOrderOfVersions(events: readonly ReadEvent[]): void {
  const last = new Map<string, number>();
  for (const { subject } of events) {
    if (subject.version === undefined || subject.id === 'made up') continue;
    assert.equal(subject.version, (last.get(subject.id) ?? 0) + 1, `${subject.kind} ${subject.id}`);
    last.set(subject.id, subject.version);
  }
}

describe('numbers', () => {
  it('have no gap and pass over no event, whatever commits late, while eight write and two number', async () => {
    const acme = await server.tenant('acme');
    const late = await slowWriter('acme');
    const undone = await slowWriter('acme');
    let isOver = false;
    const following = follow(acme, () => isOver);
    const writers = Array.from({ length: 8 }, (_, n) => writeOn(acme, n % 2 === 0 ? server : beside, 5));
    await Promise.all(writers);
    const committed = (await catchUp(server, acme)).length;
    await late.end('COMMIT');
    await undone.end('ROLLBACK');
    isOver = true;
    const events = await following;
    assert.deepEqual(numbersOf(events), upTo(committed + 1));
    assert.deepEqual(events, await catchUp(beside, acme));
    assert.deepEqual([events.at(-1)?.subject.id, committed], ['made up', 2 + 8 * 6]);
    assertInOrderOfVersions(events);
    assert.deepEqual(await query(server, `SELECT 1 FROM events WHERE tenant_id = 'acme' AND number IS NULL`), []);
  });

  it('are given once when two processes number at the same time', async () => {
    await server.tenant('twice');
    await query(server, insert, ['twice', 2500]);
    const rounds = [server, beside, server, beside].map(({ services }) => numberEvents(services.db, 'twice'));
    for (const { last } of await Promise.all(rounds)) assert.ok(last > 0);
    const [found] = await query<object>(
      server,
      `SELECT count(*)::int AS events, count(DISTINCT number)::int AS numbers, max(number)::int AS last
       FROM events WHERE tenant_id = 'twice'`,
    );
    assert.deepEqual(found, { events: 2502, numbers: 2502, last: 2502 });
  });

  it('that a process died over are given by the next one', async () => {
    const died = await server.tenant('died');
    const numbering = new Client({ connectionString: server.database.url });
    await numbering.connect();
    await numbering.query(
      `BEGIN; SET LOCAL app.tenant_ids = 'died'; UPDATE events SET number = 7 WHERE type = 'customer.created'`,
    );
    const { rows } = await numbering.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    numbering.on('error', () => {});
    await query(server, 'SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    assert.deepEqual(numbersOf(await catchUp(server, died)), [1, 2]);
  });

  it('go on in a database that was restored where transactions count from lower', async () => {
    const moved = await server.tenant('moved');
    await catchUp(server, moved);
    await query(server, insert, ['moved', 2]);
    await query(server, `UPDATE events SET written_in = '9000000000000000' WHERE tenant_id = 'moved'`);
    const record = await createRecord(server, moved);
    const events = await catchUp(server, moved);
    assert.deepEqual(numbersOf(events), upTo(5));
    assert.equal(events.filter(({ subject }) => subject.id === record.id).length, 1);
  });

  it('are given by the sweep where nobody reads', async () => {
    await server.tenant('unread');
    await query(server, insert, ['unread', 1500]);
    await sweepTenant(server.services, 'unread');
    const [found] = await query<object>(
      server,
      `SELECT max(number)::int AS last, count(*) FILTER (WHERE number IS NULL)::int AS without
       FROM events WHERE tenant_id = 'unread'`,
    );
    assert.deepEqual(found, { last: 1502, without: 0 });
  });
});
