import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { announce, complete, pdf, png, readFile, storeFile, upload } from './harness/files.ts';
import { type S3Server, startS3Server } from './harness/s3-server.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const minute = 60_000;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

for (const kind of ['a local directory', 'a bucket'] as const) {
  describe(`a file in ${kind}`, () => {
    let s3: S3Server | undefined;
    let server: TestServer;
    let acme: TestTenant;
    let other: TestTenant;

    before(async () => {
      let now = () => new Date();
      s3 = kind === 'a bucket' ? await startS3Server(() => now()) : undefined;
      server = await startTestServer({ filesS3: s3?.settings ?? null, filesMaxBytes: 3_000_000 });
      now = server.clock.now;
      acme = await server.tenant('acme');
      other = await server.tenant('other');
    });

    after(async () => {
      await server.stop();
      await s3?.stop();
    });

    it('is announced, uploaded, completed, and read again by its link under its own name', async () => {
      const announced = await announce(server, acme, { file_name: 'Vertrag Nº 1 "neu".pdf' });
      assert.equal(announced.status, 201, JSON.stringify(announced.body));
      const { id, state, upload: to, file_url_value: urn } = announced.body;
      assert.deepEqual([state, to.method, urn], ['awaiting_upload', 'PUT', `urn:onfile:file:${id}`]);
      assert.equal((await upload(announced.body)).status, 200);
      const { status, body: stored } = await complete(server, acme, id);
      assert.equal(status, 200, JSON.stringify(stored));
      assert.deepEqual([stored.state, stored.scanned, stored.sha256], ['stored', false, sha256(pdf)]);
      const { body: read } = await readFile(server, acme, id);
      const { download, ...rest } = read;
      assert.deepEqual(rest, stored);
      const response = await fetch(download.url);
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), pdf);
      assert.equal(response.headers.get('content-type'), 'application/pdf');
      assert.equal(
        response.headers.get('content-disposition'),
        `attachment; filename="Vertrag N_ 1 _neu_.pdf"; filename*=UTF-8''Vertrag%20N%C2%BA%201%20%22neu%22.pdf`,
      );
    });

    it('of several megabytes comes back as it was', async () => {
      const bytes = Buffer.concat([png, Buffer.alloc(2_500_000, 7)]);
      const file = await storeFile(server, acme, bytes, { media_type: 'image/png', sha256: sha256(bytes) });
      assert.equal(file['state'], 'stored', JSON.stringify(file));
      const { body } = await readFile(server, acme, file['id']);
      const response = await fetch(body.download.url);
      assert.equal(sha256(Buffer.from(await response.arrayBuffer())), sha256(bytes));
    });

    it('that is completed twice, or twice at once, is stored once', async () => {
      const { body: file } = await announce(server, acme);
      await upload(file);
      const answers = await Promise.all([complete(server, acme, file.id), complete(server, acme, file.id)]);
      const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
      assert.ok(statuses[0] === 200 && (statuses[1] === 200 || statuses[1] === 409), String(statuses));
      assert.equal((await complete(server, acme, file.id)).body.state, 'stored');
    });

    it('is not complete before its bytes are there, and can be afterwards', async () => {
      const { body: file } = await announce(server, acme);
      assertRefused(await complete(server, acme, file.id), 409, 'file.not.uploaded');
      await upload(file);
      assert.equal((await complete(server, acme, file.id)).status, 200);
    });

    it('stays what was looked at, whatever is uploaded by its link afterwards', async () => {
      const { body: file } = await announce(server, acme);
      await upload(file);
      await complete(server, acme, file.id);
      await upload(file, Buffer.from(pdf.toString().replace('obj', 'OBJ')));
      const { body } = await readFile(server, acme, file.id);
      assert.deepEqual(Buffer.from(await (await fetch(body.download.url)).arrayBuffer()), pdf);
    });

    it('takes no more, no fewer and no other bytes than were announced', async () => {
      const { body: file } = await announce(server, acme);
      const long = await upload(file, Buffer.concat([pdf, Buffer.from('x')]));
      const short = await upload(file, pdf.subarray(1));
      const asPage = await upload(file, pdf, { 'content-type': 'text/html' });
      assert.deepEqual([long.ok, short.ok, asPage.ok], [false, false, false]);
      assertRefused(await complete(server, acme, file.id), 409, 'file.not.uploaded');
      assert.equal((await upload(file)).status, 200);
      assert.equal((await complete(server, acme, file.id)).status, 200);
    });

    it('with other content than announced is refused for good', async () => {
      const program = Buffer.concat([Buffer.from('7f454c4602010100', 'hex'), Buffer.alloc(200)]);
      const page = Buffer.from('<html><script>alert(1)</script></html>');
      const cases: [Buffer, Record<string, unknown>, string][] = [
        [program, {}, 'MEDIA_TYPE'],
        [png, {}, 'MEDIA_TYPE'],
        [page, {}, 'MEDIA_TYPE'],
        [pdf, { media_type: 'text/plain' }, 'MEDIA_TYPE'],
        [Buffer.from([0x41, 0, 0x42]), { media_type: 'text/plain' }, 'MEDIA_TYPE'],
        [Buffer.from([0x41, 0xff]), { media_type: 'text/csv' }, 'MEDIA_TYPE'],
        [pdf, { sha256: '0'.repeat(64) }, 'CHECKSUM'],
      ];
      for (const [bytes, overrides, why] of cases) {
        const { body: file } = await announce(server, acme, { size: bytes.length, ...overrides });
        await upload(file, bytes);
        for (let time = 0; time < 2; time++) {
          const answer = await complete(server, acme, file.id);
          assertRefused(answer, 409, 'file.refused');
          assert.deepEqual(answer.body.typedArgs[0].value, { value: why });
        }
        const { body } = await readFile(server, acme, file.id);
        assert.deepEqual([body.state, body.refusal, body.download], ['refused', why, undefined]);
      }
      if (s3) assert.equal([...s3.objects.values()].filter(({ bytes }) => bytes.equals(program)).length, 0);
    });

    it('of text in UTF-8 is welcome, of XML too', async () => {
      for (const [text, type] of [
        ['name;größe\nAda;7\n', 'text/csv'],
        ['{"a": 1}', 'application/json'],
        ['<?xml version="1.0"?><a/>', 'application/xml'],
      ] as const) {
        const bytes = Buffer.from(text);
        assert.equal((await storeFile(server, acme, bytes, { media_type: type }))['state'], 'stored', type);
      }
    });

    it('cannot be uploaded or read by a link that is over, forged, or of another purpose', async () => {
      const { body: file } = await announce(server, acme);
      const stored = await storeFile(server, acme);
      const { body } = await readFile(server, acme, stored['id']);
      const { url } = body.download;
      const forged = [url.replace(/.$/, url.endsWith('0') ? '1' : '0'), url.replace(stored['id'], file.id)];
      if (!s3) forged.push(file.upload.url, `${server.url}/file-links/`, `${server.url}/file-links/e30.AA`);
      for (const link of forged) {
        const response = await fetch(link);
        if (link !== url) assert.ok(response.status === 403 || response.status === 404, `${response.status} ${link}`);
      }
      const asUpload = await fetch(url, { method: 'PUT', headers: file.upload.headers, body: new Uint8Array(pdf) });
      assert.equal(asUpload.status, 403);
      assert.equal((await fetch(url)).status, 200);
      server.clock.advance(5 * minute + 1000);
      assert.equal((await fetch(url)).status, 403);
      assert.equal((await upload(file)).status, 200);
      server.clock.advance(10 * minute);
      assert.equal((await upload(file)).status, 403);
    });

    it('of another tenant is not found, and none of its links is given', async () => {
      const { body: file } = await announce(server, other);
      await upload(file);
      assertRefused(await readFile(server, acme, file.id), 404, 'file.not.found');
      assertRefused(await complete(server, acme, file.id), 404, 'file.not.found');
    });

    it('shows nothing of its bytes, its name or its links in the log', async () => {
      const { body: file } = await announce(server, acme, { file_name: 'canary-name.pdf' });
      await upload(file);
      await complete(server, acme, file.id);
      const { body } = await readFile(server, acme, file.id);
      await fetch(body.download.url);
      const log = server.log();
      for (const secret of ['canary-name', new URL(body.download.url).search || body.download.url.slice(-40)]) {
        assert.equal(log.includes(secret), false, secret);
      }
      if (s3) assert.equal(log.includes(s3.settings.secretAccessKey), false);
    });
  });
}
