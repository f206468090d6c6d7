import assert from 'node:assert/strict';
import { it } from 'node:test';
import { preferredType } from './accept.ts';

const json = ['application/json'];
const files = ['text/csv', 'application/x-ndjson'];

it('JSON is given to whoever takes it, by name, by kind, or among anything', () => {
  const headers = [
    undefined,
    '',
    '*/*',
    'application/json',
    'Application/JSON',
    'application/*',
    'application/json; charset=utf-8',
    'application/json;version=1.11.0;q=0.5',
    'application/json, text/plain, */*',
    'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'application/problem+json, application/json',
    'application/vnd.acme+json, application/json;q=0.1',
  ];
  for (const header of headers) assert.equal(preferredType(header, json), 'application/json', header);
});

it('a header that names no media range says nothing', () => {
  for (const header of ['json', '*', ';;;', ',', 'q=1', 'a/b,'.repeat(300)]) {
    assert.equal(preferredType(header, json), 'application/json', header);
  }
});

it('JSON is given to nobody who excludes it', () => {
  const headers = [
    'text/html',
    'application/xml, text/*;q=0.5',
    'application/problem+json',
    'application/vnd.acme+json',
    'application/json;q=0',
    '*/*;q=0',
    '*/*, application/json;q=0',
    '*/*, application/*;q=0',
    'text/',
  ];
  for (const header of headers) assert.equal(preferredType(header, json), null, header);
});

it('of several types the one that is liked best is given, the first of those liked equally', () => {
  const answers: [accept: string | undefined, type: string | null][] = [
    [undefined, 'text/csv'],
    ['*/*', 'text/csv'],
    ['application/x-ndjson', 'application/x-ndjson'],
    ['application/x-ndjson, text/csv', 'application/x-ndjson'],
    ['application/x-ndjson;q=0.5, text/csv', 'text/csv'],
    ['application/*', 'application/x-ndjson'],
    ['text/csv;q=0, */*', 'application/x-ndjson'],
    ['text/csv; header=present', 'text/csv'],
    ['application/json', null],
  ];
  for (const [accept, type] of answers) assert.equal(preferredType(accept, files), type, accept);
});
