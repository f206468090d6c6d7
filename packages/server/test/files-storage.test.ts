import assert from 'node:assert/strict';
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { StorageUnavailable } from '../src/connectors/files/file-storage.ts';
import { createLocalStorage } from '../src/connectors/files/local-storage.ts';
import { createS3Storage } from '../src/connectors/files/s3-storage.ts';
import { SealBroken } from '../src/crypto/envelope.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { announce, complete, pdf, readFile as readStored, storeFile, upload } from './harness/files.ts';
import { type S3Server, startS3Server } from './harness/s3-server.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

const place = (fileId = 'file_1') => ({
  tenantId: 'acme',
  fileId,
  dataKey: { keyId: randomUUID(), key: createSecretKey(randomBytes(32)) },
});

async function* stream(...chunks: Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

async function gather(bytes: AsyncIterable<Buffer> | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('the local directory', () => {
  let directory: string;
  let server: TestServer;
  let acme: TestTenant;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'onfile-files-'));
    server = await startTestServer({ filesDir: directory });
    acme = await server.tenant('acme');
  });

  after(async () => {
    await server.stop();
    await rm(directory, { recursive: true });
  });

  const namesIn = async (id: string): Promise<string[]> => readdir(join(directory, 'tenants/acme', id)).catch(() => []);

  it('shows nothing of what it keeps', async () => {
    const file = await storeFile(server, acme);
    assert.deepEqual(await namesIn(file['id']), ['file']);
    const bytes = await readFile(join(directory, 'tenants/acme', file['id'], 'file'));
    assert.equal(bytes.includes('PDF'), false);
    assert.equal(bytes.includes('endobj'), false);
  });

  it('serves a file that was changed on the disk to nobody', async () => {
    const file = await storeFile(server, acme);
    const kept = join(directory, 'tenants/acme', file['id'], 'file');
    const bytes = await readFile(kept);
    bytes.writeUInt8(bytes.readUInt8(60) ^ 1, 60);
    await writeFile(kept, bytes);
    const { body } = await readStored(server, acme, file['id']);
    const reading = fetch(body.download.url).then((response) => response.text());
    assert.notEqual(await reading.catch(() => 'cut off'), pdf.toString());
  });

  it('is left without a trace by an upload that breaks off, which can be begun again', async () => {
    const { body: file } = await announce(server, acme);
    const { port, pathname } = new URL(file.upload.url);
    const socket = connect(Number(port), '127.0.0.1');
    const head = `PUT ${pathname} HTTP/1.1\r\nhost: a\r\ncontent-type: application/pdf\r\ncontent-length: ${pdf.length}\r\n`;
    socket.write(`${head}\r\n%PDF`);
    await until(async () => (await namesIn(file.id)).length === 1);
    socket.destroy();
    await until(async () => (await namesIn(file.id)).length === 0);
    assertRefused(await complete(server, acme, file.id), 409, 'file.not.uploaded');
    assert.equal((await upload(file)).status, 200);
    assert.equal((await complete(server, acme, file.id)).status, 200);
  });

  it('takes an upload of unknown length, but not a byte too many', async () => {
    const { body: file } = await announce(server, acme);
    const put = (chunks: Buffer[]) =>
      fetch(file.upload.url, {
        method: 'PUT',
        headers: file.upload.headers,
        body: ReadableStream.from(stream(...chunks)) as never,
        duplex: 'half',
      });
    assert.equal((await put([pdf, Buffer.from('x')])).status, 413);
    assert.equal((await put([pdf.subarray(0, 5)])).status, 409);
    assert.equal((await put([pdf.subarray(0, 5), pdf.subarray(5)])).status, 200);
    assert.deepEqual(await namesIn(file.id), ['upload']);
  });

  it('that cannot be written to is a 503, not a fault of the caller’s', async () => {
    const file = join(directory, 'a-file');
    await writeFile(file, '');
    const full = await startTestServer({ filesDir: join(file, 'files') });
    try {
      const tenant = await full.tenant('full');
      const { body } = await announce(full, tenant);
      const answer = await upload(body);
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '1']);
    } finally {
      await full.stop();
    }
  });

  it('keeps the very upload that was looked at, or none', async () => {
    const storage = createLocalStorage(directory);
    const one = place('file_tag');
    await storage.receive(one, stream(Buffer.from('first')));
    const found = await storage.findUpload(one);
    assert.equal(found?.size, 5);
    await storage.receive(one, stream(Buffer.from('second')));
    assert.equal(await storage.keepUpload(one, found), false);
    assert.equal(await storage.read(one), null);
    const second = await storage.findUpload(one);
    assert.ok(second && (await storage.keepUpload(one, second)));
    assert.equal(await gather(await storage.read(one)), 'second');
    await assert.rejects(
      gather(await storage.read({ ...one, dataKey: { ...one.dataKey, keyId: randomUUID() } })),
      SealBroken,
    );
    await storage.remove(one);
    await storage.remove(one);
    assert.equal(await storage.read(one), null);
  });
});

describe('a bucket', () => {
  let s3: S3Server;

  before(async () => {
    s3 = await startS3Server(() => new Date());
  });

  after(() => s3.stop());

  it('keeps the very upload that was looked at, or none', async () => {
    const storage = createS3Storage(s3.settings);
    const one = place();
    assert.equal(await storage.findUpload(one), null);
    const put = (text: string) =>
      s3.objects.set('tenants/acme/file_1.upload', { bytes: Buffer.from(text), type: '', encryption: undefined });
    put('first');
    const found = await storage.findUpload(one);
    assert.ok(found);
    assert.equal(await gather(await storage.readUpload(one, found)), 'first');
    put('second');
    assert.equal(await storage.keepUpload(one, found), false);
    await assert.rejects(storage.readUpload(one, found), StorageUnavailable);
    await storage.remove(one);
    await storage.remove(one);
    assert.equal(s3.objects.size, 0);
  });

  it('that is busy is asked three times; one that does not answer at all is given up in time', async () => {
    const storage = createS3Storage(s3.settings, 700);
    await storage.findUpload(place());
    s3.calls.length = 0;
    s3.fail('slow-down');
    await assert.rejects(storage.findUpload(place()), StorageUnavailable);
    assert.equal(s3.calls.length, 3);
    for (const fault of ['cut', 'silence'] as const) {
      s3.fail(fault);
      const begun = performance.now();
      await assert.rejects(storage.findUpload(place()), StorageUnavailable);
      assert.ok(performance.now() - begun < 15_000, fault);
    }
    s3.fail(null);
  });

  it('refuses a wrong key, and the key is in no error', async () => {
    const storage = createS3Storage({ ...s3.settings, secretAccessKey: 'another-secret' });
    await assert.rejects(storage.remove(place()), (error) => {
      assert.ok(error instanceof StorageUnavailable);
      assert.equal(JSON.stringify([error.message, String(error.cause), error.stack]).includes('another-secret'), false);
      return true;
    });
  });
});
