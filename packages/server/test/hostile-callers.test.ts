import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './harness/http-caller.ts';
import { demoPayee, newInstallation } from './harness/installation.ts';
import { bearer, createRecord } from './harness/main-job.ts';
import { openRaw, type RawConnection } from './harness/raw-connection.ts';

const mebibyte = 1_048_576;
/** Processor time that one request may cost, whatever it holds: the clock also counts what else the machine does. */
const mostSeconds = 2;
const mostGrownMb = 300;

/** Bodies that cost little to send, and what they are answered with; the first mebibyte of each is all that is taken. */
function bombs(): Record<string, [body: string | Buffer, status: number]> {
  const filled = (piece: string, before = '', after = '') =>
    before + piece.repeat(Math.floor((mebibyte - 64 - before.length) / piece.length)) + after;
  const keys = (name: (n: number) => string) =>
    `{${Array.from({ length: 40_000 }, (_, n) => `"${name(n)}":1`).join(',')}}`;
  return {
    'brackets without end': [filled('['), 400],
    'objects in objects without end': [filled('{"a":'), 400],
    'a wide tree at the deepest level': [filled(`${'['.repeat(30)}${']'.repeat(30)},`, '[', '0]'), 400],
    'a number of a million digits': [filled('9', '{"name":', '}'), 400],
    'a fraction of a million digits': [filled('1', '{"name":0.', '}'), 400],
    'an exponent of a million digits': [filled('9', '{"name":1e', '}'), 400],
    'an exponent beyond a double': ['{"name":1e999999}', 400],
    'a negative exponent of a million digits': [filled('9', '{"name":1e-', '}'), 400],
    'stretches of almost so many digits as are looked at': [filled(`${'9'.repeat(299)}a`, '{"name":"', '"}'), 400],
    'forty thousand keys': [keys((n) => `k${n}`), 400],
    'keys that are numbers far apart': [keys((n) => String(n * 80_000)), 400],
    'keys that differ in their last letters only': [keys((n) => `aaaaaaaaaaaa${n}`), 400],
    'the same key over and over': [filled('"name":"a",', '{', '"name":"a"}'), 400],
    'a prototype': ['{"__proto__":{"isAdmin":true}}', 400],
    'a prototype by its constructor': ['{"constructor":{"prototype":{"isAdmin":true}}}', 400],
    'a prototype in escapes': ['{"\\u005f\\u005fproto__":{}}', 400],
    'escapes alone': [filled('\\ud83d\\ude00', '{"name":"', '"}'), 400],
    'half a character': ['{"name":"\\ud800"}', 400],
    'bytes that are no UTF-8': [
      Buffer.concat([Buffer.from('{"name":"'), Buffer.alloc(1e6, 0xff), Buffer.from('"}')]),
      400,
    ],
    'a text of zeros': [Buffer.alloc(mebibyte), 400],
    'text that could be many card numbers': [filled('4 ', '{"name":"', '"}'), 400],
    'text of halves, each three characters': [filled('½', '{"name":"', '"}').slice(0, 500_000).concat('"}'), 400],
    'dates of spaces': [filled(' ', '{"expires":"1', '"}'), 400],
    'two mebibytes': ['x'.repeat(2 * mebibyte), 413],
  };
}

/** Headers that are read by rules of their own, and what a request for a record is answered with. */
const headers: Record<string, [value: string, status: number]> = {
  'accept-language 1': ['de;q=0.1,'.repeat(1500), 200],
  'accept-language 2': ['a-'.repeat(6000), 200],
  'accept-language 3': [`${';'.repeat(6000)}q=${'9'.repeat(6000)}`, 200],
  'if-match': [`"${'"1",'.repeat(3000)}`, 200],
  'if-none-match': ['*,'.repeat(6000), 200],
  traceparent: [`00-${'0'.repeat(12_000)}`, 200],
  'x-datadog-trace-id': ['9'.repeat(12_000), 200],
  'x-forwarded-for': ['1.1.1.1,'.repeat(1500), 200],
  'idempotency-key': ['k'.repeat(12_000), 200],
  'content-type': [`application/json;${'a=b;'.repeat(3000)}`, 200],
  range: ['bytes=0-0,'.repeat(1200), 200],
  authorization: ['Bearer '.repeat(1500), 401],
};

async function withServer(t: TestContext) {
  const installation = await newInstallation(t);
  const server = await installation.serve({ RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'warn' });
  const payee = await demoPayee(installation.dataDir, server);
  const { id } = await createRecord(server, payee);
  const path = `/storedPaymentMethods/${payee.tenantId}/${id}`;
  const get = (extra: Record<string, string> = {}): Promise<Answer> =>
    server.call('GET', path, { headers: { ...bearer(payee), ...extra } });
  const put = async (body: string | Buffer): Promise<number> => {
    const sent = typeof body === 'string' ? body : new Uint8Array(body);
    const headersOfPut = { ...bearer(payee), 'content-type': 'application/json' };
    const answer = await fetch(server.url + path, { method: 'PUT', headers: headersOfPut, body: sent });
    await answer.arrayBuffer();
    return answer.status;
  };
  return { server, port: Number(new URL(server.url).port), get, put };
}

/** Processor time that a process has had, by proc(5): fields 14 and 15, in hundredths of a second. */
async function secondsOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Megabytes that a process has in memory. */
async function memoryOf(pid: number): Promise<number> {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

test('whatever is sent to it, a server answers in time and goes on serving the others', async (t) => {
  const { server, port, get, put } = await withServer(t);
  const before = await memoryOf(server.pid);
  const open: RawConnection[] = [];
  t.after(() => {
    for (const { socket } of open) socket.destroy();
  });
  const attack = async (count: number, bytes: string): Promise<RawConnection[]> => {
    const connections = await Promise.all(Array.from({ length: count }, () => openRaw(port)));
    for (const connection of connections) connection.send(bytes);
    open.push(...connections);
    return connections;
  };

  const slow = await attack(300, 'GET /health/live HTTP/1.1\r\nhost: a\r\nx: ');
  const began = performance.now();
  const dripping = setInterval(() => {
    for (const { send, isClosed } of slow) if (!isClosed()) send('y');
  }, 500);
  t.after(() => clearInterval(dripping));
  await attack(100, 'PUT /storedPaymentMethods/a/b HTTP/1.1\r\nhost: a\r\ncontent-length: 900000\r\n\r\n{');
  const deaf = await attack(20, '');
  for (const { socket, send } of deaf) {
    socket.pause();
    send('GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(200));
  }
  assert.equal((await get()).status, 200);

  for (const [name, [body, status]] of Object.entries(bombs())) {
    const spent = await secondsOf(server.pid);
    const [answered, other] = await Promise.all([put(body), get()]);
    assert.equal(answered, status, name);
    assert.equal(other.status, 200, name);
    const seconds = (await secondsOf(server.pid)) - spent;
    assert.ok(seconds < mostSeconds, `${name}: ${seconds} s`);
  }
  for (const [name, [value, status]] of Object.entries(headers)) {
    const spent = await secondsOf(server.pid);
    assert.equal((await get({ [name.split(' ')[0] ?? '']: value })).status, status, name);
    assert.ok((await secondsOf(server.pid)) - spent < mostSeconds, name);
  }

  const left = 20_000 - (performance.now() - began);
  await Promise.race([Promise.all(slow.map(({ closed }) => closed)), delay(left)]);
  assert.ok(slow.every(({ isClosed, statuses }) => isClosed() && statuses()[0] === 408));
  assert.equal((await server.call('GET', '/health/ready')).status, 200);
  const grown = (await memoryOf(server.pid)) - before;
  assert.ok(grown < mostGrownMb, `${Math.round(grown)} MB more in memory`);
});
