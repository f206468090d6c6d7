import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonPatch } from '../contract/json-patch.ts';
import { OnfileError } from '../errors.ts';
import { applyJsonPatch } from './json-patch.ts';

const refusal = (code: string, reference?: string) => (error: unknown) =>
  error instanceof OnfileError && error.code === `errormessage.${code}` && error.reference === reference;

function assertRefused(document: object, patch: JsonPatch, code: string, reference?: string): void {
  const before = structuredClone(document);
  assert.throws(() => applyJsonPatch(document, patch), refusal(code, reference), JSON.stringify(patch));
  assert.deepEqual(document, before);
}

describe('a JSON Patch', () => {
  it('does what the examples of RFC 6902, appendix A, show', () => {
    const examples: [object, JsonPatch, unknown][] = [
      [{ foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { foo: 'bar', baz: 'qux' }],
      [{ foo: ['bar', 'baz'] }, [{ op: 'add', path: '/foo/1', value: 'qux' }], { foo: ['bar', 'qux', 'baz'] }],
      [{ baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
      [{ foo: ['bar', 'qux', 'baz'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['bar', 'baz'] }],
      [{ baz: 'qux', foo: 'bar' }, [{ op: 'replace', path: '/baz', value: 'boo' }], { baz: 'boo', foo: 'bar' }],
      [
        { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
        [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
        { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
      ],
      [
        { foo: ['all', 'grass', 'cows', 'eat'] },
        [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
        { foo: ['all', 'cows', 'eat', 'grass'] },
      ],
      [{ foo: 'bar' }, [{ op: 'add', path: '/child', value: { g: {} } }], { foo: 'bar', child: { g: {} } }],
      [{ foo: ['bar'] }, [{ op: 'add', path: '/foo/-', value: ['abc'] }], { foo: ['bar', ['abc']] }],
      [{ '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
    ];
    for (const [document, patch, expected] of examples) assert.deepEqual(applyJsonPatch(document, patch), expected);
  });

  it('replaces, copies and empties the document as a whole', () => {
    assert.deepEqual(applyJsonPatch({ a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }]), { b: 2 });
    assert.deepEqual(applyJsonPatch({ a: 1 }, [{ op: 'copy', from: '', path: '/b' }]), { a: 1, b: { a: 1 } });
    assert.equal(applyJsonPatch({ a: 1 }, [{ op: 'remove', path: '' }]), undefined);
  });

  it('leaves the document and its own values as they were', () => {
    const document = { list: [1] };
    const value = { inner: [1] };
    const patched = applyJsonPatch(document, [
      { op: 'add', path: '/new', value },
      { op: 'add', path: '/new/inner/-', value: 2 },
      { op: 'remove', path: '/list/0' },
    ]);
    assert.deepEqual([document, value, patched], [{ list: [1] }, { inner: [1] }, { list: [], new: { inner: [1, 2] } }]);
  });

  it('is refused as a whole when a test fails, naming the field', () => {
    const document = { list: [{ name: 'a' }], other: null };
    const change = { op: 'add', path: '/b', value: 2 } as const;
    assertRefused(
      document,
      [change, { op: 'test', path: '/list/0/name', value: 'b' }],
      'patch.test.failed',
      'list[0].name',
    );
    assertRefused(document, [{ op: 'test', path: '/none', value: null }], 'patch.test.failed', 'none');
    assertRefused(document, [{ op: 'test', path: '/a b', value: 1 }], 'patch.test.failed', '[0].path');
    assert.deepEqual(applyJsonPatch(document, [{ op: 'test', path: '', value: document }]), document);
  });

  it('is refused where it names a place that does not exist', () => {
    const document = { list: ['a', 'b'], text: 'abc' };
    for (const path of [
      '/none',
      '/list/2',
      '/list/01',
      '/list/-',
      '/list/1e0',
      '/list/length',
      '/text/0',
      '/toString',
    ]) {
      assertRefused(document, [{ op: 'remove', path }], 'patch.path.not.found', '[0].path');
      assertRefused(document, [{ op: 'replace', path, value: 1 }], 'patch.path.not.found', '[0].path');
      assertRefused(document, [{ op: 'copy', from: path, path: '/new' }], 'patch.path.not.found', '[0].from');
      assertRefused(document, [{ op: 'move', from: path, path: '/new' }], 'patch.path.not.found', '[0].path');
    }
    for (const path of ['/none/a', '/list/3', '/list/01', '/list/x', '/text/0']) {
      assertRefused(document, [{ op: 'add', path, value: 1 }], 'patch.path.not.found', '[0].path');
      assertRefused(document, [{ op: 'copy', from: '/text', path }], 'patch.path.not.found', '[0].path');
    }
    assertRefused(document, [{ op: 'move', from: '/list/0', path: '/list/2' }], 'patch.path.not.found', '[0].path');
    assertRefused(document, [{ op: 'move', from: '/list', path: '/list/0' }], 'patch.path.not.found', '[0].path');
  });

  it('is refused where an operation lacks a part', () => {
    assertRefused({}, [{ op: 'add', path: '/a' }], 'validation.required', '[0].value');
    assertRefused(
      { a: 1 },
      [
        { op: 'test', path: '/a', value: 1 },
        { op: 'copy', path: '/b' },
      ],
      'validation.required',
      '[1].from',
    );
  });

  it('cannot reach a prototype', () => {
    for (const path of ['/__proto__/isAdmin', '/constructor/prototype/isAdmin', '/a/__proto__', '/a/constructor']) {
      assertRefused({ a: {} }, [{ op: 'add', path, value: true }], 'patch.path.not.found', '[0].path');
      assertRefused({ a: {} }, [{ op: 'replace', path, value: true }], 'patch.path.not.found', '[0].path');
      assertRefused({ a: {} }, [{ op: 'copy', from: path, path: '/b' }], 'patch.path.not.found', '[0].from');
    }
    assert.equal('isAdmin' in {}, false);
  });

  it('cannot make a document grow without end', () => {
    const copies = (from: string, path: string): JsonPatch =>
      Array.from({ length: 100 }, () => ({ op: 'copy', from, path }));
    assertRefused({ list: ['x'.repeat(1000)] }, copies('/list', '/list/-'), 'body.too.large');
    assertRefused({ a: {} }, copies('', '/a/a'), 'validation.nesting');
  });
});
