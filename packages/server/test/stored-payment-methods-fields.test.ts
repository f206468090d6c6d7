import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { createRecord, getRecord, putRecord } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { fieldAt, fields, wholeBody, withField } from './harness/stored-payment-method-fields.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const wholeRecord = () => createRecord(server, acme, wholeBody(acme));
const put = (record: Record<string, any>, id?: string): Promise<Answer> =>
  putRecord(server, acme, record, id === undefined ? {} : { id });

/** What a version is known by, which changes with every version. */
const bookkeeping = {
  sys_version: 0,
  sys_last_modified_at: '',
  sys_last_modified_by_id: '',
  sys_last_security_context: {},
};
const content = (record: object): object => ({ ...record, ...bookkeeping });

const wrongTypes = {
  string: [7, true, ['a'], { a: 1 }],
  number: ['7', true, [7], { a: 1 }],
  boolean: ['true', 1, [true], { a: 1 }],
  object: ['a', 7, true, []],
  array: ['a', 7, true, {}],
};

const entries = Object.entries(fields);
const optional = entries.filter(([, { leftOut }]) => leftOut === 'cleared' || leftOut === 'kept');

describe('a record', () => {
  it('has 57 fields, and each of the caller’s comes back as it was sent', async () => {
    assert.equal(entries.length, 57);
    const sent = wholeBody(acme);
    const created = await createRecord(server, acme, sent);
    const { body: read } = await getRecord(server, acme, created.id);
    assert.deepEqual(read, created);
    for (const [name, value] of Object.entries(sent)) assert.deepEqual(read[name], value, name);
    assert.deepEqual(
      Object.keys(read).filter((name) => !(name in fields)),
      [],
    );
  });

  it('that was read can be sent back as it is, again and again', async () => {
    const first = await wholeRecord();
    let record = first;
    for (const version of [2, 3, 4]) {
      const answer = await put(record);
      assert.equal(answer.status, 200);
      assert.equal(answer.body.sys_version, version);
      assert.equal(answer.headers.get('etag'), `"${version}"`);
      assert.deepEqual(content(answer.body), content(first));
      const read = await getRecord(server, acme, record.id);
      assert.deepEqual(read.body, answer.body);
      record = read.body;
    }
  });

  it('that was read can be sent back whatever its trace id looks like', async () => {
    const looksLikeVisa = '4000000000000000006';
    const { body: record } = await putRecord(server, acme, await wholeRecord(), {
      headers: { 'x-datadog-trace-id': looksLikeVisa },
    });
    assert.equal(record.sys_last_security_context.trace_id, looksLikeVisa);
    assert.equal((await put(record)).status, 200);
  });
});

describe('replacing a record', () => {
  it('takes another value for each field', async () => {
    const given = entries.filter(([, { leftOut }]) => leftOut !== 'server');
    for (const [path, { other }] of given) {
      if (other === undefined) continue;
      const value = path === 'sys_external_id' ? `${String(other)} ${crypto.randomUUID()}` : other;
      const answer = await put(withField(await wholeRecord(), path, value));
      assert.equal(answer.status, 200, `${path}: ${JSON.stringify(answer.body)}`);
      assert.deepEqual(fieldAt(answer.body, path), value, path);
      assert.deepEqual((await getRecord(server, acme, answer.body.id)).body, answer.body, path);
    }
  });

  it('without an optional field, or with null for it, clears it or keeps it as promised', async () => {
    for (const [path, { leftOut }] of optional) {
      for (const absent of [undefined, null]) {
        const record = await wholeRecord();
        const answer = await put(withField(record, path, absent));
        assert.equal(answer.status, 200, path);
        const kept = leftOut === 'kept' ? fieldAt(record, path) : undefined;
        assert.deepEqual(fieldAt(answer.body, path), kept, `${path} ${absent}`);
        assert.deepEqual(content(withField(answer.body, path, kept)), content(withField(record, path, kept)), path);
      }
    }
  });

  it('without a required field, or with null for it, is refused and names it', async () => {
    const record = await wholeRecord();
    for (const [path, { leftOut }] of entries) {
      if (leftOut !== 'required') continue;
      assertRefused(await put(withField(record, path, undefined), record.id), 400, 'validation.required', path);
      const nulled = await put(withField(record, path, null), record.id);
      assert.deepEqual([nulled.status, nulled.body.reference], [400, path], path);
    }
    assert.deepEqual((await getRecord(server, acme, record.id)).body, record);
  });

  it('with a value of the wrong type is refused and names the field', async () => {
    const record = await wholeRecord();
    for (const [path, { type }] of entries) {
      for (const wrong of wrongTypes[type]) {
        assertRefused(await put(withField(record, path, wrong), record.id), 400, 'validation.type', path);
      }
    }
    assert.deepEqual((await getRecord(server, acme, record.id)).body, record);
  });

  it('with a value that the field cannot have is refused and names the field', async () => {
    const record = await wholeRecord();
    for (const [path, { refused = [] }] of entries) {
      for (const value of refused) {
        const answer = await put(withField(record, path, value), record.id);
        assert.deepEqual([answer.status, answer.body.reference], [400, path], `${path} = ${JSON.stringify(value)}`);
      }
    }
    assert.deepEqual((await getRecord(server, acme, record.id)).body, record);
  });

  it('takes any well-formed value for what is the server’s, and keeps its own', async () => {
    const record = await wholeRecord();
    const made = entries.reduce(
      (body, [path, { leftOut, other }]) =>
        leftOut === 'server' && other !== undefined ? withField(body, path, other) : body,
      {
        ...record,
        sys_created_at: '1999-01-01T00:00:00Z',
        sys_created_by_id: 'somebody else',
        sys_last_modified_by_id: 'somebody else',
      },
    );
    const { status, body } = await put(made);
    assert.equal(status, 200);
    assert.deepEqual(content(body), content(record));
    assert.equal(body.sys_last_modified_by_id, acme.clientId);
    assert.equal(body.sys_last_security_context.actor, acme.clientId);
    assert.equal('made' in body.sys_last_security_context, false);
  });

  it('refuses an unknown field at each level, and names it', async () => {
    const record = withField(await wholeRecord(), 'sys_calculated_field_errors', [{ field: 'a', error: 'b' }]);
    for (const path of [
      'nick_name',
      'Name',
      'billing_address.zip',
      'custom_field_values[0].text_value',
      'merchant_account_tokens[0].gateway',
      'sys_calculated_field_errors[0].message',
    ]) {
      assertRefused(await put(withField(record, path, 'x')), 400, 'validation.unknown.field', path);
    }
  });
});
