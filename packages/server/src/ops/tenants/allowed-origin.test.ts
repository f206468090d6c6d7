import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isOrigin } from './allowed-origin.ts';

it('an origin is written as browsers write it, over HTTPS but for one’s own machine', () => {
  for (const origin of [
    'https://shop.example',
    'https://shop.example:8443',
    'https://xn--mnchen-3ya.example',
    'https://192.0.2.1',
    'https://[2001:db8::1]:8443',
    'http://localhost:3000',
    'http://127.0.0.1',
    'http://app.localhost',
    'http://[::1]:5173',
  ]) {
    assert.ok(isOrigin(origin), origin);
  }
  for (const text of [
    '',
    'shop.example',
    'https://',
    'http://shop.example',
    'https://shop.example/',
    'https://shop.example/path',
    'https://shop.example:443',
    'https://Shop.example',
    'https://münchen.example',
    'https://*.shop.example',
    'https://shop.example https://other.example',
    "https://shop.example;script-src'self'",
    'https://user@shop.example',
    'https://127.1',
    'http://127.0.0.1.evil.example',
    'null',
    'file:///',
  ]) {
    assert.ok(!isOrigin(text), text);
  }
});
