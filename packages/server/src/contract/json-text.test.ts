import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OnfileError } from '../errors.ts';
import { deepestNesting, parseJsonText } from './json-text.ts';

const refusal = (code: string) => (error: unknown) => error instanceof OnfileError && error.code === code;
const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

describe('a JSON text', () => {
  it('may nest to the limit, however its brackets are mixed, and no deeper', () => {
    const pairs = deepestNesting / 2;
    for (const text of [nested('[', ']', deepestNesting), nested('[{"a":', '}]', pairs).replace('":}', '":1}')]) {
      assert.deepEqual(parseJsonText(text), JSON.parse(text));
      assert.throws(() => parseJsonText(`[${text}]`), refusal('errormessage.validation.nesting'));
    }
  });

  it('may hold any number of brackets side by side and inside strings', () => {
    const many = JSON.stringify([...Array.from({ length: 100 }, () => ({ list: [] })), '['.repeat(100)]);
    assert.deepEqual(parseJsonText(many), JSON.parse(many));
  });

  it('is refused for a key that would reach into prototypes, also when it is spelt with escapes', () => {
    const texts = ['{"__proto__":1}', '{"a":[{"\\u005f_proto__":1}]}', '{"constructor":{"prototype":1}}'];
    for (const text of [...texts, '{"\\u0063onstructor":{"prototype":1}}']) {
      assert.throws(() => parseJsonText(text), refusal('errormessage.validation.unknown.field'), text);
    }
    assert.deepEqual(parseJsonText('{"name":"__proto__ constructor"}'), { name: '__proto__ constructor' });
  });

  it('is told where such a key stands', () => {
    const places = {
      '{"__proto__":1}': '__proto__',
      '{"a":[1,{"\\u005f_proto__":1}]}': 'a[1].__proto__',
      '{"constructor":{},"owner":{"constructor":{"prototype":1}}}': 'owner.constructor',
    };
    for (const [text, reference] of Object.entries(places)) {
      assert.throws(() => parseJsonText(text), { reference }, text);
    }
  });
});
