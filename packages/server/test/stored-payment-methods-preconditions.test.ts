import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { createRecord, getRecord, putRecord } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { wholeBody } from './harness/stored-payment-method-fields.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

type Record = globalThis.Record<string, any>;

const put = (record: Record, ifMatch?: string, tenant = acme): Promise<Answer> =>
  putRecord(server, tenant, record, ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } });

/** A record in its second version, with its first; the name is what changed. */
async function twoVersions(tenant = acme): Promise<{ first: Record; second: Record }> {
  const first = await createRecord(server, tenant, wholeBody(tenant));
  const { body: second } = await put({ ...first, name: 'Second' }, undefined, tenant);
  return { first, second };
}

const inWords: { [field: string]: string } = { billing_address: 'billing address', expires: 'expiry date' };

/** The error names the current version and what changed since the caller's. */
function assertOutdated(answer: Answer, status: 409 | 412, reference: string, changed: string[], version = 2): void {
  const code = status === 412 ? 'record.precondition.failed' : 'record.version.conflict';
  assertRefused(answer, status, code, reference);
  const words = changed.map((field) => inWords[field] ?? field);
  assert.deepEqual(answer.body.args, [String(version), new Intl.ListFormat('en').format(words)]);
  assert.deepEqual(answer.body.typedArgs, [
    { type: 'INTEGER', value: { value: version } },
    { type: 'I18N_KEY_LIST', value: { values: changed } },
  ]);
  assert.equal(answer.headers.get('etag'), `"${version}"`);
}

const justAfter = (time: string, milliseconds: number): string =>
  new Date(new Date(time).getTime() + milliseconds).toISOString();

describe('If-Match', () => {
  it('lets the change through when it names the current version', async () => {
    for (const header of ['"2"', '*', ' "2" ', '"1", "2"', 'W/"2","2"', '"x,y","2"']) {
      const { second } = await twoVersions();
      assert.equal((await put(second, header)).status, 200, header);
    }
  });

  it('that does not name the current version is 412 with what changed since', async () => {
    const { second } = await twoVersions();
    assertOutdated(await put(second, '"1"'), 412, 'If-Match', ['name']);
    for (const header of [
      '"3"',
      'W/"2"',
      '"1", "3"',
      '"two"',
      '"02"',
      '""',
      '"4294967296"',
      '"99999999999999999999"',
    ]) {
      assertOutdated(await put(second, header), 412, 'If-Match', []);
    }
    assert.deepEqual((await getRecord(server, acme, second['id'])).body, second);
  });

  it('goes before the versions in the body', async () => {
    const { first, second } = await twoVersions();
    assertOutdated(await put(first, '"1"'), 412, 'If-Match', ['name']);
    assertOutdated(await put({ ...second, sys_version: 1 }, '"2"'), 409, 'sys_version', ['name']);
  });

  it('that is malformed is 400', async () => {
    const { second } = await twoVersions();
    for (const header of ['2', '', '"2', '"2" "3"', '"2",', '*, "2"', 'w/"2"']) {
      assertRefused(await put(second, header), 400, 'validation.header', 'If-Match');
    }
  });
});

describe('sys_version', () => {
  it('that is not the current one is 409 with what changed since', async () => {
    const { first, second } = await twoVersions();
    assertOutdated(await put({ ...second, sys_version: 1 }), 409, 'sys_version', ['name']);
    const { body: third } = await put({ ...second, billing_address: { city: 'Leeds' }, expires: '01/35' });
    assertOutdated(
      await put({ ...third, sys_version: 1 }),
      409,
      'sys_version',
      ['billing_address', 'expires', 'name'],
      3,
    );
    assertOutdated(await put({ ...first, sys_version: 2 }), 409, 'sys_version', ['billing_address', 'expires'], 3);
  });

  it('that no version can have is 409 too', async () => {
    const { second } = await twoVersions();
    for (const version of [0, -1, 1.5, 3, 2 ** 31, 9007199254740991, 1e300, Number.MIN_VALUE]) {
      assertOutdated(await put({ ...second, sys_version: version }), 409, 'sys_version', []);
    }
    assert.deepEqual((await getRecord(server, acme, second['id'])).body, second);
  });
});

describe('sys_last_modified_at', () => {
  const without = { sys_version: undefined };

  it('older than the current version’s is 409 with what changed since', async () => {
    const { first, second } = await twoVersions();
    assertOutdated(await put({ ...first, ...without }), 409, 'sys_last_modified_at', ['name']);
    for (const time of ['1970-01-01T00:00:00Z', '0000-01-01T00:00:00Z', '2016-12-31T23:59:60Z']) {
      assertOutdated(await put({ ...second, ...without, sys_last_modified_at: time }), 409, 'sys_last_modified_at', []);
    }
    const oneEarlier = justAfter(second['sys_last_modified_at'], -1);
    const answer = await put({ ...second, ...without, sys_last_modified_at: oneEarlier });
    assertRefused(answer, 409, 'record.version.conflict', 'sys_last_modified_at');
  });

  it('equal is the current one, as an instant in any offset and with more digits', async () => {
    for (const spell of [
      (time: string) => time,
      (time: string) => time.replace('Z', '999Z'),
      (time: string) => justAfter(time, 2 * 3_600_000).replace('Z', '+02:00'),
      (time: string) => justAfter(time, -12 * 3_600_000).replace('Z', '-12:00'),
      (time: string) => time.toLowerCase(),
    ]) {
      const { second } = await twoVersions();
      const time = spell(second['sys_last_modified_at']);
      assert.equal((await put({ ...second, ...without, sys_last_modified_at: time })).status, 200, time);
    }
  });

  it('is compared as an instant, not as a text', async () => {
    const { second } = await twoVersions();
    const looksLater = justAfter(second['sys_last_modified_at'], 2 * 3_600_000 - 1).replace('Z', '+02:00');
    const answer = await put({ ...second, ...without, sys_last_modified_at: looksLater });
    assertRefused(answer, 409, 'record.version.conflict', 'sys_last_modified_at');
  });

  it('later than ours was made up, and says nothing', async () => {
    const { second } = await twoVersions();
    const madeUp = await put({ ...second, ...without, sys_last_modified_at: '9999-12-31T23:59:59Z' });
    assert.equal(madeUp.status, 200);
    assert.notEqual(madeUp.body.sys_last_modified_at, '9999-12-31T23:59:59Z');
  });

  it('strictly increases, however fast the changes come and whatever the clock does', async () => {
    let { second: record } = await twoVersions();
    for (const step of [0, 0, 0, -3_600_000, 0, -1, 7_200_000, 0]) {
      server.clock.advance(step);
      const { status, body } = await put(record);
      assert.equal(status, 200);
      assert.ok(body.sys_last_modified_at > record['sys_last_modified_at'], `${step}`);
      record = body;
    }
    server.clock.advance(-3_600_000);
  });
});

describe('a precondition', () => {
  it('counts only where the answer would otherwise be 2xx', async () => {
    const { second } = await twoVersions();
    await createRecord(server, acme, { sys_external_id: 'someone-else' });
    const refusals: [Record, number, string][] = [
      [{ id: 'spm_none' }, 404, 'record.not.found'],
      [{ name: '' }, 400, 'validation.required'],
      [{ expires: '13/34' }, 400, 'validation.format'],
      [{ last_four_digits: '1111' }, 400, 'record.number.fields.fixed'],
      [{ contact_id: 'none' }, 409, 'record.reference.missing'],
      [{ sys_external_id: 'someone-else' }, 409, 'record.external.id.taken'],
    ];
    for (const [change, status, code] of refusals) {
      for (const stale of [{}, { sys_version: 1 }]) {
        const answer = await put({ ...second, ...change, ...stale }, '"1"');
        assert.deepEqual([answer.status, answer.body.errorCode], [status, `errormessage.${code}`]);
      }
    }
  });
});

describe('a tenant’s policy', () => {
  it('can leave sys_last_modified_at out of account', async () => {
    const relaxed = await server.tenant('relaxed', { concurrencyPolicy: 'version-only' });
    const { first, second } = await twoVersions(relaxed);
    assertOutdated(await put(first, undefined, relaxed), 409, 'sys_version', ['name']);
    const answer = await put({ ...first, sys_version: undefined }, undefined, relaxed);
    assert.deepEqual([answer.status, answer.body.sys_version, answer.body.name], [200, 3, first['name']]);
    assertOutdated(await put(second, '"1"', relaxed), 412, 'If-Match', [], 3);
  });

  it('can demand If-Match', async () => {
    const strict = await server.tenant('demanding', { concurrencyPolicy: 'if-match-required' });
    const first = await createRecord(server, strict);
    const answer = await put(first, undefined, strict);
    assertRefused(answer, 428, 'record.precondition.required', 'If-Match');
    assert.equal(answer.headers.get('etag'), '"1"');
    assert.equal((await put(first, '"1"', strict)).status, 200);
    assertRefused(await put({ ...first, id: 'spm_none' }, undefined, strict), 404, 'record.not.found');
  });
});
