import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { buildComponent } from '../../../scripts/build-component.ts';
import { keyHeader, startSession } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const shopOrigin = 'https://shop.example';
const base = '/component/v1';

let server: TestServer;
let tenant: TestTenant;

before(async () => {
  await buildComponent();
  server = await startTestServer();
  tenant = await server.tenant('acme', { allowedOrigins: [shopOrigin] });
});

after(() => server.stop());

/** The answer as it came, not decompressed. */
const fetchRaw = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, { headers: { 'accept-encoding': 'identity', ...headers } });

const publicIdOf = (token: string): string => token.slice(4, token.lastIndexOf('_'));
const framePath = async (of: TestTenant): Promise<string> =>
  `${base}/frame/${publicIdOf(await startSession(server, of))}`;
const ancestorsOf = (response: Response): string | undefined =>
  /frame-ancestors ([^;]+)/.exec(response.headers.get('content-security-policy') ?? '')?.[1];
const scriptOf = async (path: string): Promise<string> =>
  /src="([^"]+)"/.exec(await (await fetchRaw(path)).text())?.[1] ?? '';

describe('the loader’s files', () => {
  it('are a script, a module and its types, for every site, for minutes', async () => {
    for (const [name, type] of [
      ['widget.js', 'text/javascript'],
      ['widget.mjs', 'text/javascript'],
      ['widget.d.ts', 'text/plain'],
    ]) {
      const response = await fetchRaw(`${base}/${name}`);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('content-type'), `${type}; charset=utf-8`);
      assert.equal(response.headers.get('access-control-allow-origin'), '*');
      assert.equal(response.headers.get('cross-origin-resource-policy'), 'cross-origin');
      assert.equal(response.headers.get('cache-control'), 'public, max-age=300');
      assert.equal(response.headers.get('set-cookie'), null);
    }
  });

  it('come compressed to who takes it that way, and not at all to who has them', async () => {
    const plain = await fetchRaw(`${base}/widget.js`);
    const text = await plain.text();
    assert.equal(plain.headers.get('content-encoding'), null);
    assert.equal(plain.headers.get('vary'), 'accept-encoding');
    // `fetch` decompresses what it is told about, so a compressed answer reads the same.
    for (const [accepted, encoding] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip', 'gzip'],
    ] as const) {
      const response = await fetchRaw(`${base}/widget.js`, { 'accept-encoding': accepted });
      assert.equal(response.headers.get('content-encoding'), encoding);
      assert.equal(await response.text(), text);
    }
    const etag = plain.headers.get('etag') ?? '';
    const known = await fetchRaw(`${base}/widget.js`, { 'if-none-match': `"x", W/${etag}` });
    assert.deepEqual([known.status, await known.text()], [304, '']);
  });
});

describe('the frame’s page', () => {
  it('may be embedded by the tenant’s sites and the server’s own, and loads from this server alone', async () => {
    const response = await fetchRaw(await framePath(tenant));
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(response.headers.get('set-cookie'), null);
    assert.equal(ancestorsOf(response), `'self' ${shopOrigin}`);
    const policy = response.headers.get('content-security-policy') ?? '';
    for (const directive of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"]) {
      assert.ok(policy.split('; ').includes(directive), directive);
    }
    assert.ok(!policy.includes('unsafe'));
    const html = await response.text();
    assert.ok(html.includes(`<meta name="onfile-allowed-origins" content="${shopOrigin}">`));
    assert.doesNotMatch(html, /<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/);
  });

  it('follows the tenant’s settings at once', async () => {
    const other = await server.tenant('moves', { allowedOrigins: ['https://old.example'] });
    const frame = await framePath(other);
    const path = '/tenants/moves/settings';
    const { body } = await server.call('GET', path, { headers: keyHeader(other) });
    await server.call('PUT', path, {
      headers: keyHeader(other),
      body: { ...body, allowedOrigins: ['https://new.example', 'https://newer.example'] },
    });
    assert.equal(ancestorsOf(await fetchRaw(frame)), "'self' https://new.example https://newer.example");
  });

  it('is embedded by nobody for a session that there is not, or under another tenant’s name', async () => {
    const other = await server.tenant('other', { allowedOrigins: ['https://other.example'] });
    const [, sessionId] = publicIdOf(await startSession(server, tenant)).split('.');
    const absent = ['acme.aaaaaaaaaaaaaaaaaaaaaa', `${other.tenantId}.${sessionId}`, 'acme', 'x.y', '%00.%22', '..'];
    for (const id of absent) {
      const response = await fetchRaw(`${base}/frame/${encodeURIComponent(decodeURIComponent(id))}`);
      assert.equal(response.status, 404, id);
      assert.equal(ancestorsOf(response), "'none'", id);
    }
  });

  it('loads files that are kept for good, since their names change with their content', async () => {
    const script = await scriptOf(await framePath(tenant));
    const response = await fetchRaw(script);
    assert.equal(response.status, 200);
    assert.match(script, /^\/component\/v1\/assets\/[\w-]+-[\w-]{8}\.js$/);
    assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  });
});

describe('any other path of the component', () => {
  it('is 404 in the error body, without a way out of the directory', async () => {
    const paths = ['/', '/assets/', '/assets/none.js', '/assets/..%2Fmanifest.json', '/assets/..%2f..%2fpackage.json'];
    for (const path of [...paths, '/manifest.json', '/built-from.txt', '/widget.js.gz', '/widget.js/x', '/frame']) {
      const { status, body } = await server.call('GET', base + path);
      assert.deepEqual([status, body.errorCode], [404, 'errormessage.route.not.found'], path);
    }
  });

  it('stands in no API document', async () => {
    const { body } = await server.call('GET', '/openapi.json');
    assert.deepEqual(
      Object.keys(body.paths).filter((path) => path.startsWith('/component')),
      [],
    );
  });
});
