import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OnfileError } from '../../errors.ts';
import { checkReturnUrl } from './return-url.ts';

const allowedOrigins = ['https://shop.example', 'http://localhost:3000', 'https://xn--mnchen-3ya.example'];
const place = { tenant: { allowedOrigins }, config: { publicUrl: 'https://pay.example' } };

describe('a redirect', () => {
  it('ends at a page of a site that may embed the component, or of our own', () => {
    for (const url of [
      undefined,
      'https://shop.example',
      'https://shop.example/',
      'https://shop.example:443/cart?step=2#pay',
      'HTTPS://Shop.Example/cart',
      'https://münchen.example/',
      'http://localhost:3000/back',
      'https://pay.example/demo',
    ]) {
      assert.doesNotThrow(() => checkReturnUrl(place, url), url);
    }
  });

  it('never ends anywhere else', () => {
    for (const url of [
      '',
      '/cart',
      '//shop.example/cart',
      'https:shop.example',
      'https:/shop.example',
      'https:\\\\shop.example',
      'https://shop.example\\@evil.example',
      'https://evil.example\\.shop.example',
      'https://evil.example',
      'https://shop.example.evil.example',
      'https://shop.example@evil.example',
      'https://user@shop.example/',
      'https://user:secret@shop.example/',
      'https://shop.example:8443/',
      'http://shop.example/',
      'http://localhost/',
      ' https://shop.example/',
      'https://shop.example/a\nb',
      'https://shop\t.example/',
      'javascript://shop.example/%0aalert(1)',
      'data:text/html,hello',
      'blob:https://shop.example/1',
      'shop.example',
      'null',
    ]) {
      assert.throws(
        () => checkReturnUrl(place, url),
        (error) => error instanceof OnfileError && error.status === 400 && error.reference === 'returnUrl',
        url,
      );
    }
  });

  it('of a tenant without sites ends nowhere, on a server that names no address of its own', () => {
    const nowhere = { tenant: { allowedOrigins: [] }, config: { publicUrl: null } };
    for (const url of ['https://shop.example/', 'http://127.0.0.1:8080/', 'null']) {
      assert.throws(() => checkReturnUrl(nowhere, url), OnfileError, url);
    }
  });
});
