import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import {
  announce,
  complete,
  fileValue,
  pdf,
  readFile,
  type Scanner,
  startScanner,
  storeFile,
  upload,
} from './harness/files.ts';
import { query, tablesHolding } from './harness/look-inside.ts';
import { bearer, recordBody } from './harness/main-job.ts';
import { type S3Server, startS3Server } from './harness/s3-server.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

let scanner: Scanner;
let s3: S3Server;
let server: TestServer;
let acme: TestTenant;

/** A whole PDF that the scanner does not like. */
const infected = Buffer.from(pdf.toString().replace('endobj', 'INFECTED'));
let scannerAnswer: (bytes: Buffer) => [number, string];
const usualAnswer = (bytes: Buffer): [number, string] => [
  200,
  JSON.stringify({ verdict: bytes.includes('INFECTED') ? 'infected' : 'clean' }),
];

before(async () => {
  scannerAnswer = usualAnswer;
  scanner = await startScanner((bytes) => scannerAnswer(bytes));
  let now = () => new Date();
  s3 = await startS3Server(() => now());
  server = await startTestServer({ filesS3: s3.settings, filesScanUrl: scanner.url, filesMaxBytes: 1000 });
  now = server.clock.now;
  acme = await server.tenant('acme');
});

after(async () => {
  await server.stop();
  await s3.stop();
  await scanner.stop();
});

const objectsOf = (id: string): number => [...s3.objects.keys()].filter((key) => key.includes(id)).length;

async function refusalOf(bytes: Buffer): Promise<{ why: unknown; id: string }> {
  const { body: file } = await announce(server, acme, { size: bytes.length });
  await upload(file, bytes);
  const answer = await complete(server, acme, file.id);
  assertRefused(answer, 409, 'file.refused');
  return { why: answer.body.typedArgs[0].value.value, id: file.id };
}

describe('a malware scanner', () => {
  it('gets the very bytes, and a file that it finds clean says that it was scanned', async () => {
    const file = await storeFile(server, acme);
    assert.deepEqual([file['state'], file['scanned']], ['stored', true]);
    assert.ok(scanner.scanned.at(-1)?.equals(pdf));
  });

  it('that finds something has the file refused and its bytes deleted', async () => {
    const { why, id } = await refusalOf(infected);
    assert.deepEqual([why, objectsOf(id)], ['INFECTED', 0]);
    assert.equal((await readFile(server, acme, id)).body.scanned, true);
  });

  it('that fails, or answers what nobody understands, lets nothing through', async () => {
    const answers: [number, string][] = [
      [500, ''],
      [200, ''],
      [200, '{"verdict": "maybe"}'],
      [200, 'clean'],
      [200, `{"verdict": "clean"}${' '.repeat(2000)}`],
      [404, '{"verdict": "clean"}'],
      [302, '{"verdict": "clean"}'],
    ];
    for (const answer of answers) {
      scannerAnswer = () => answer;
      const { why, id } = await refusalOf(pdf);
      assert.deepEqual([why, objectsOf(id)], ['NOT_SCANNED', 0], answer.join(' '));
    }
    scannerAnswer = usualAnswer;
  });

  it('that is not there lets nothing through', async () => {
    const gone = await startTestServer({ filesScanUrl: 'http://127.0.0.1:1/scan' });
    try {
      const tenant = await gone.tenant('gone');
      const { body: file } = await announce(gone, tenant);
      await upload(file);
      assertRefused(await complete(gone, tenant, file.id), 409, 'file.refused');
    } finally {
      await gone.stop();
    }
  });

  it('never sees what is refused for other reasons', async () => {
    const { length } = scanner.scanned;
    await refusalOf(Buffer.from('no PDF at all'));
    assert.equal(scanner.scanned.length, length);
  });
});

describe('a storage', () => {
  it('that is slow for a moment is asked again, and the caller sees nothing of it', async () => {
    const { body: file } = await announce(server, acme);
    await upload(file);
    s3.fail('slow-down', 1);
    assert.equal((await complete(server, acme, file.id)).status, 200);
  });

  it('that is away is a 503 worth another try, and nothing is lost by it', async () => {
    const { body: file } = await announce(server, acme);
    await upload(file);
    for (const fault of ['slow-down', 'cut', 'cut-bytes'] as const) {
      s3.fail(fault);
      const answer = await complete(server, acme, file.id);
      assertRefused(answer, 503, 'unavailable');
      assert.equal(answer.headers.get('retry-after'), '1');
    }
    s3.fail(null);
    assert.equal((await complete(server, acme, file.id)).body.state, 'stored');
  });

  it('is asked to encrypt what it keeps', async () => {
    const file = await storeFile(server, acme);
    const kept = s3.objects.get(`tenants/acme/${file['id']}`);
    assert.equal(kept?.encryption, 'AES256');
    assert.equal(objectsOf(file['id']), 1);
  });
});

describe('completing a file', () => {
  it('that failed before it was written down is simply done again', async () => {
    const { body: file } = await announce(server, acme);
    await upload(file);
    const { db } = server.services;
    const untouched = { ...db };
    db.transaction = () => Promise.reject(new Error('the database went away'));
    const failed = await complete(server, acme, file.id);
    db.transaction = (tenantId, work) => untouched.transaction(tenantId, work);
    assert.equal(failed.status, 500);
    assert.equal((await complete(server, acme, file.id)).body.state, 'stored');
  });

  it('that was cut off by a crash can be done again two minutes later', async () => {
    const { body: file } = await announce(server, acme);
    await upload(file);
    const claimed = new Date(server.clock.now().getTime() + 2 * 60_000);
    await query(server, 'UPDATE files SET checked_until = $2 WHERE file_id = $1', [file.id, claimed]);
    assertRefused(await complete(server, acme, file.id), 409, 'concurrent.modification');
    server.clock.advance(2 * 60_000);
    assert.equal((await complete(server, acme, file.id)).body.state, 'stored');
  });
});

describe('an announcement', () => {
  const refused: [Record<string, unknown>, string, string][] = [
    [{ size: 0 }, 'validation.range', 'size'],
    [{ size: 1001 }, 'validation.range', 'size'],
    [{ size: 1.5 }, 'validation.type', 'size'],
    [{ file_name: '' }, 'validation.required', 'file_name'],
    [{ file_name: '../a.pdf' }, 'validation.value', 'file_name'],
    [{ file_name: 'a\\b.pdf' }, 'validation.value', 'file_name'],
    [{ file_name: '..' }, 'validation.value', 'file_name'],
    [{ file_name: 'a\nb.pdf' }, 'validation.value', 'file_name'],
    [{ file_name: 'a\u202efdp.exe' }, 'validation.value', 'file_name'],
    [{ file_name: ' a.pdf' }, 'validation.value', 'file_name'],
    [{ file_name: '4242 4242 4242 4242.pdf' }, 'card.number.found', 'file_name'],
    [{ media_type: 'pdf' }, 'validation.format', 'media_type'],
    [{ media_type: 'text/plain; charset=utf-8' }, 'validation.format', 'media_type'],
    [{ media_type: 'application/4242424242424242' }, 'card.number.found', 'media_type'],
    [{ sha256: 'abc' }, 'validation.format', 'sha256'],
    [{ custom_field_id: 'contract' }, 'validation.format', 'custom_field_id'],
    [{ url: 'https://example.com' }, 'validation.unknown.field', 'url'],
  ];
  it('that is not right is refused, and the field is named', async () => {
    for (const [overrides, code, reference] of refused) {
      const answer = await announce(server, acme, overrides);
      assert.equal(answer.body.errorCode, `errormessage.${code}`, JSON.stringify([overrides, answer.body]));
      assertRefused(answer, 400, code, reference);
    }
  });

  it('keeps its name where nobody reads it without the key', async () => {
    await storeFile(server, acme, pdf, { file_name: 'canary-of-a-name.pdf' });
    assert.deepEqual(await tablesHolding(server, 'canary-of-a-name'), []);
  });

  it('with an Idempotency-Key is answered once', async () => {
    const options = {
      headers: { ...bearer(acme), 'idempotency-key': 'announce-1' },
      body: { file_name: 'a.pdf', media_type: 'application/pdf', size: 10 },
    };
    const [one, again] = [
      await server.call('POST', '/files/acme', options),
      await server.call('POST', '/files/acme', options),
    ];
    assert.deepEqual(one.body, again.body);
  });

  it('needs the scope to write, and reading the scope to read', async () => {
    const reader = await server.tenant('reader', { scopes: ['STORED_PAYMENT_METHOD_READ'] });
    const writer = await server.tenant('writer', { scopes: ['STORED_PAYMENT_METHOD_WRITE'] });
    assertRefused(await announce(server, reader), 403, 'permission.denied');
    const { body: file } = await announce(server, writer);
    assertRefused(await readFile(server, writer, file.id), 403, 'permission.denied');
  });
});

describe('a custom field of files', () => {
  const define = (id: string, definition: object) =>
    server.call('POST', '/customFields/acme', {
      headers: bearer(acme),
      body: { id, name: 'A field', ...definition },
    });

  it('takes files of its types and size only, when they are announced and when they are referred to', async () => {
    const constraints = { media_types: ['image/png'], max_bytes: 10 };
    assert.equal((await define('photo__c', { type: 'file', constraints })).status, 201);
    assert.equal((await define('note__c', { type: 'string' })).status, 201);
    const photo = { custom_field_id: 'photo__c' };
    // The definition is seen half a second later at most.
    await until(async () => (await announce(server, acme, photo)).status === 400);
    assertRefused(await announce(server, acme, photo), 400, 'validation.allowed.values', 'media_type');
    const large = { ...photo, media_type: 'image/png', size: 11 };
    assertRefused(await announce(server, acme, large), 400, 'validation.range', 'size');
    assertRefused(
      await announce(server, acme, { custom_field_id: 'note__c' }),
      400,
      'validation.value',
      'custom_field_id',
    );
    const file = await storeFile(server, acme);
    const answer = await server.call('POST', '/storedPaymentMethods/acme', {
      headers: bearer(acme),
      body: recordBody(acme, { custom_field_values: [fileValue(file, 'photo__c')] }),
    });
    assertRefused(answer, 400, 'validation.allowed.values', 'custom_field_values[0].file_url_value');
  });
});
