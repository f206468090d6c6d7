import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isBasic, parseBasicCredentials } from './basic-credentials.ts';

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('HTTP Basic for a client', () => {
  it('takes id and secret apart at the first colon and decodes both as a form does', () => {
    for (const [pair, clientId, secret] of [
      ['acme.x:y', 'acme.x', 'y'],
      ['acme.x:y:z', 'acme.x', 'y:z'],
      ['a%3Ab:c+d%2B', 'a:b', 'c d+'],
      ['acme.x:', 'acme.x', ''],
    ] as const) {
      const credentials = parseBasicCredentials(basic(pair));
      assert.equal(credentials?.clientId, clientId);
      assert.equal(credentials?.clientSecret.reveal(), secret);
    }
    assert.equal(parseBasicCredentials(`bAsIc   ${btoa('a:b')} `)?.clientId, 'a');
  });

  it('is nobody when it cannot be read', () => {
    for (const text of [
      'Basic',
      'Basic ',
      'Basic ?',
      basic(''),
      basic('ab'),
      basic(':b'),
      basic('a%:b'),
      'Basic YTpi x',
    ]) {
      assert.equal(parseBasicCredentials(text), null, text);
    }
  });

  it('is told from other schemes', () => {
    assert.equal(isBasic('BASIC x'), true);
    assert.equal(isBasic('Basic'), true);
    assert.equal(isBasic('Basically x'), false);
    assert.equal(isBasic('Bearer x'), false);
    assert.equal(isBasic(undefined), false);
  });
});
