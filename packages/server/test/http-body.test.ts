import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { assertError, json, mebibyte, type Shell, startShell } from './harness/http-shell.ts';

let shell: Shell;

before(async () => {
  shell = await startShell();
});

after(() => shell.app.close());

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('a JSON body', () => {
  it('is taken with a charset, as +json, and with a byte order mark', async () => {
    for (const type of [
      'application/json',
      'application/json; charset=UTF-8',
      'application/json-patch+json',
      'application/json;charset="utf8"',
    ]) {
      const body = '\uFEFF{"paymentRequestToken":"t"}';
      assert.equal(
        (await shell.send('POST', '/things/1', { headers: { 'content-type': type }, body })).status,
        200,
        type,
      );
    }
  });

  it('that is malformed is told so', async () => {
    for (const text of ['{', '{"a":}', '[1,]', '{"a":1}}', "{'a':1}", 'NaN', '{"a":01}', '"\\x"', '\u0000']) {
      assertError(await shell.post(text), 400, 'validation.json');
    }
  });

  it('that is not UTF-8, or holds characters that cannot be stored, is refused', async () => {
    const invalid = Buffer.concat([
      Buffer.from('{"paymentRequestToken":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}'),
    ]);
    assertError(await shell.post(invalid), 400, 'validation.encoding');
    assertError(
      await shell.post('{"paymentRequestToken":"a\\u0000"}'),
      400,
      'validation.encoding',
      'paymentRequestToken',
    );
    assertError(await shell.post('{"tokens":[{"token":"\\ud800"}]}'), 400, 'validation.encoding', 'tokens[0].token');
    assert.equal((await shell.post('{"paymentRequestToken":"\\ud83d\\ude00"}')).status, 200);
  });

  it('may not touch prototypes', async () => {
    for (const [text, reference] of [
      ['{"__proto__":{"a":1}}', '__proto__'],
      ['{"paymentRequestToken":"t","x":[{"__proto__":1}]}', 'x[0].__proto__'],
      ['{"constructor":{"prototype":{}}}', 'constructor'],
      ['{"\\u005f_proto__":1}', '__proto__'],
    ] as const) {
      assertError(await shell.post(text), 400, 'validation.unknown.field', reference);
    }
  });

  it('may nest 32 levels and no more, and brackets in a text do not count', async () => {
    assertError(await shell.post(nested(33)), 400, 'validation.nesting');
    assertError(await shell.post('[{"a":'.repeat(100_000)), 400, 'validation.nesting');
    const withinLimit = `{"paymentRequestToken":"${'['.repeat(100)}\\"","anything":${nested(31)}}`;
    assert.equal((await shell.post(withinLimit)).status, 200);
  });

  it('may not hold a number that no double can', async () => {
    assertError(await shell.post('{"paymentRequestToken":"t","amount":1e400}'), 400, 'validation.value', 'amount');
    assertError(
      await shell.post('{"paymentRequestToken":"t","anything":[{"a":[-1E+999]}]}'),
      400,
      'validation.value',
      'anything[0].a[0]',
    );
    assertError(await shell.post(`{"amount":${'9'.repeat(400)}}`), 400, 'validation.value', 'amount');
    assertError(
      await shell.post('{"paymentRequestToken":"t","customerId":9007199254740993}'),
      400,
      'validation.range',
      'customerId',
    );
  });

  it('that is too large gets its 413, however much is sent', async () => {
    assertError(await shell.post('x'.repeat(mebibyte + 1)), 413, 'body.too.large');
    assertError(await shell.post(Buffer.alloc(10 * mebibyte, 'x')), 413, 'body.too.large');
    const chunked = new ReadableStream({
      start: (controller) => {
        for (let count = 0; count < 10; count++) controller.enqueue(Buffer.alloc(mebibyte, 'x'));
        controller.close();
      },
    });
    assertError(
      await shell.send('POST', '/things/1', { headers: json, body: chunked, duplex: 'half' }),
      413,
      'body.too.large',
    );
    assertError(await shell.post(`{"paymentRequestToken":"${'x'.repeat(100)}"}`, '/small'), 413, 'body.too.large');
  });

  it('of 10 MB on an unknown path or with a wrong method gets that answer', async () => {
    const body = Buffer.alloc(10 * mebibyte, 'x');
    assertError(await shell.send('POST', '/nowhere', { headers: json, body }), 404, 'route.not.found');
    assertError(await shell.send('PUT', '/things', { headers: json, body }), 405, 'method.not.allowed');
  });

  it('beyond 64 MB closes the connection', async () => {
    const head =
      'POST /things/1 HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(mebibyte, 'x'), Buffer.from('\r\n')]);
    const socket = connect(shell.port, '127.0.0.1');
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    socket
      .on('error', () => resolve())
      .on('close', () => resolve())
      .resume();
    socket.write(head);
    let sent = 0;
    while (!socket.destroyed && sent < 200) {
      sent += 1;
      await new Promise<void>((written) => socket.write(chunk, () => written()));
    }
    await closed;
    assert.ok(sent >= 64 && sent < 200, `closed after ${sent} MB`);
  });

  it('is JSON in UTF-8, not compressed, and says so', async () => {
    const refused: Record<string, string>[] = [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/json; charset=utf-16' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-type': 'nonsense' },
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    ];
    for (const headers of refused) {
      assertError(await shell.send('POST', '/things/1', { headers, body: '{}' }), 415, 'media.type.unsupported');
    }
    assert.match(
      await shell.raw('POST /things/1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}'),
      /^HTTP\/1.1 415 /,
    );
  });

  it('of another type is refused with the types that there are', async () => {
    const multipart = { 'content-type': 'multipart/form-data; boundary=x' };
    for (const type of [multipart['content-type'], 'text/json', '*/*', 'application/xml']) {
      const refused = await shell.send('POST', '/things/1', { headers: { 'content-type': type }, body: '{}' });
      assertError(refused, 415, 'media.type.unsupported');
      assert.equal(refused.headers.get('accept'), 'application/json', type);
    }
    const form = await shell.send('POST', '/form', { headers: multipart, body: '--x--' });
    assert.equal(form.headers.get('accept'), 'application/json, application/x-www-form-urlencoded');
    const twice = 'content-type: application/json\r\n'.repeat(2);
    assert.match(
      await shell.raw(`POST /things/1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${twice}content-length: 2\r\n\r\n{}`),
      /^HTTP\/1.1 400 /,
    );
  });

  it('that is empty counts as none, and the missing field is named', async () => {
    assertError(await shell.post(''), 400, 'validation.required', 'paymentRequestToken');
    assertError(await shell.send('POST', '/things/1'), 400, 'validation.required', 'paymentRequestToken');
    assertError(await shell.post('null'), 400, 'validation.type');
  });

  it('may be a form where the route takes one', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    assert.deepEqual((await shell.send('POST', '/form', { headers, body: 'grant_type=a+b%20c' })).body, {
      grant_type: 'a b c',
    });
    assertError(
      await shell.send('POST', '/form', { headers, body: 'grant_type=a&grant_type=b' }),
      400,
      'validation.duplicate',
      'grant_type',
    );
    assertError(await shell.send('POST', '/form', { headers, body: 'grant_type=%ff' }), 400, 'validation.encoding');
    assertError(
      await shell.send('POST', '/form', { headers, body: '__proto__=1' }),
      400,
      'validation.unknown.field',
      '__proto__',
    );
  });
});
