import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertError, canary, json, type Shell, startShell } from './harness/http-shell.ts';

let shell: Shell;

before(async () => {
  shell = await startShell();
});

after(() => shell.app.close());

describe('a field', () => {
  const cases: [name: string, body: unknown, code: string, reference: string | undefined][] = [
    ['that is missing', {}, 'validation.required', 'paymentRequestToken'],
    ['that is empty', { paymentRequestToken: '' }, 'validation.required', 'paymentRequestToken'],
    ['of the wrong type', { paymentRequestToken: 5 }, 'validation.type', 'paymentRequestToken'],
    ['that is null', { paymentRequestToken: null }, 'validation.type', 'paymentRequestToken'],
    [
      'of a list of the wrong type',
      { paymentRequestToken: 't', tokens: [{ token: 'a' }, { token: 1 }] },
      'validation.type',
      'tokens[1].token',
    ],
    ['that is unknown', { paymentRequestToken: 't', extra: 1 }, 'validation.unknown.field', 'extra'],
    ['that is misspelt', { paymentRequestTokn: 't' }, 'validation.unknown.field', 'paymentRequestTokn'],
    ['whose name is a card number', { paymentRequestToken: 't', [canary]: 1 }, 'validation.unknown.field', undefined],
    ['not among the allowed', { paymentRequestToken: 't', kind: canary }, 'validation.allowed.values', 'kind'],
    ['not among the literals', { paymentRequestToken: 't', choice: canary }, 'validation.allowed.values', 'choice'],
    ['out of range', { paymentRequestToken: 't', amount: -1 }, 'validation.range', 'amount'],
    ['too long', { paymentRequestToken: 'x'.repeat(201) }, 'validation.length', 'paymentRequestToken'],
    ['of a wrong format', { paymentRequestToken: 't', day: '2026-02-30' }, 'validation.format', 'day'],
    [
      'repeated in a list',
      { paymentRequestToken: 't', tokens: [{ token: 'a' }, { token: 'a' }] },
      'validation.duplicate',
      'tokens',
    ],
    ['that is no object', [1], 'validation.type', undefined],
  ];
  for (const [name, body, code, reference] of cases) {
    it(`${name} is named, and its value is not repeated`, async () => {
      const answer = await shell.post(body);
      assertError(answer, 400, code, reference);
      assert.ok(!JSON.stringify(answer.body).includes(canary));
    });
  }

  it('gets the allowed values and limits in the text', async () => {
    assert.match((await shell.post({ paymentRequestToken: 't', kind: 'x' })).body.errorMessage, /card, account/);
    assert.match((await shell.post({ paymentRequestToken: 't', choice: 'x' })).body.errorMessage, /one, two/);
    assert.match((await shell.post({ paymentRequestToken: 'x'.repeat(201) })).body.errorMessage, /between 1 and 200/);
  });
});

describe('a path or query', () => {
  const body = JSON.stringify({ paymentRequestToken: 't' });
  const call = (id: string) => shell.send('POST', `/things/${id}`, { headers: json, body });

  it('takes an int64 exactly, and refuses what is none', async () => {
    assert.deepEqual((await call('9007199254740991')).body, {
      paymentRequestToken: 't',
      thingId: Number.MAX_SAFE_INTEGER,
    });
    for (const beyondExact of ['9007199254740993', '9223372036854775807', '-9223372036854775808']) {
      assert.deepEqual((await call(beyondExact)).body, { paymentRequestToken: 't', thingId: -1 });
    }
    for (const none of ['9223372036854775808', '1e3', '0x10', '1.0', '007', '+1', '%201', 'abc', '9'.repeat(400)]) {
      assertError(await call(none), 400, 'validation.type', 'thingId');
    }
  });

  it('takes numbers and booleans of the query as such', async () => {
    assert.deepEqual((await shell.send('GET', '/things?limit=5&all=true')).body, { limit: 5, all: true });
    assertError(await shell.send('GET', '/things?limit=5x'), 400, 'validation.type', 'limit');
    assertError(await shell.send('GET', '/things?limit=501'), 400, 'validation.range', 'limit');
    assertError(await shell.send('GET', '/things?all=yes'), 400, 'validation.type', 'all');
  });

  it('refuses a query key that is unknown or given twice, on every route', async () => {
    assertError(await shell.send('GET', '/things?limit=1&limit=2'), 400, 'validation.duplicate', 'limit');
    assertError(await shell.send('GET', '/things?other=1'), 400, 'validation.unknown.field', 'other');
    assertError(await shell.send('GET', '/things?__proto__=1'), 400, 'validation.unknown.field', '__proto__');
    assertError(await shell.send('GET', '/plain/a?other=1'), 400, 'validation.unknown.field', 'other');
  });

  it('that cannot be decoded or stored is refused', async () => {
    for (const path of [
      '/plain/%ff',
      '/plain/%',
      '/plain/%c3%28',
      '/things?limit=%ff',
      '/things?%zz=1',
      `/plain/${'x'.repeat(600)}`,
    ]) {
      assertError(await shell.send('GET', path), 400, 'validation.url');
    }
    assertError(await shell.send('GET', '/plain/a%00'), 400, 'validation.encoding', 'name');
  });
});
