import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { publicIdOf, readFrameConfig } from './frame-config.ts';
import { isConnectMessage, readFrameMessage, readHostMessage } from './frame-messages.ts';

const token = `ups_shop.${'a'.repeat(22)}_${'b'.repeat(43)}`;
const given = { sessionToken: token, environment: 'test', countryCode: 'ch', locale: 'de_CH' };

const faultOf = (overrides: object): string | null => {
  const read = readFrameConfig({ ...given, ...overrides });
  return 'fault' in read ? read.fault : null;
};

describe('a message between page and frame', () => {
  it('counts only in the version that both speak', () => {
    for (const v of [undefined, 0, 2, '1']) {
      assert.equal(readHostMessage({ v, type: 'submit', id: 1 }), null);
      assert.equal(readFrameMessage({ v, type: 'ready' }), null);
      assert.equal(isConnectMessage({ v, type: 'connect' }), false);
    }
    assert.equal(isConnectMessage({ v: 1, type: 'connect' }), true);
  });

  it('is nothing when it is no object or of no known type', () => {
    for (const data of [null, 1, 'ready', [], { type: 'ready' }, { v: 1 }, { v: 1, type: 'eval' }, [{ v: 1 }]]) {
      assert.equal(readHostMessage(data), null);
      assert.equal(readFrameMessage(data), null);
    }
  });

  it('carries what its type says and nothing else', () => {
    const extra = { more: 'x' };
    assert.deepEqual(readFrameMessage({ v: 1, type: 'resize', height: 12.5, ...extra }), {
      v: 1,
      type: 'resize',
      height: 12.5,
    });
    assert.deepEqual(readHostMessage({ v: 1, type: 'submit', id: 3, ...extra }), { v: 1, type: 'submit', id: 3 });
    assert.deepEqual(readHostMessage({ v: 1, type: 'update-customer-data', customerData: { name: 'A', ...extra } }), {
      v: 1,
      type: 'update-customer-data',
      customerData: { name: 'A' },
    });
  });

  it('sends the page to web addresses only', () => {
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,x',
      '//evil.example',
      'https:',
      ' https://a',
      7,
      'blob:x',
    ]) {
      assert.equal(readFrameMessage({ v: 1, type: 'redirect', url }), null, String(url));
    }
    assert.ok(readFrameMessage({ v: 1, type: 'redirect', url: 'https://bank.example/a?b=c' }));
  });

  it('cannot give the frame a height that no form has', () => {
    for (const height of [-1, 10_001, Number.NaN, Number.POSITIVE_INFINITY, '400']) {
      assert.equal(readFrameMessage({ v: 1, type: 'resize', height }), null);
    }
  });
});

describe('what the frame is told at first', () => {
  it('is taken with country and locale in their usual form', () => {
    assert.deepEqual(readFrameConfig({ ...given, styling: { primaryColor: 'x y' } }), {
      config: {
        sessionToken: token,
        environment: 'test',
        countryCode: 'CH',
        locale: 'de-CH',
        styling: {},
        i18n: {},
        devMode: false,
        hidePaymentButton: false,
        customerData: {},
      },
      refusedStyling: ['primaryColor'],
    });
  });

  it('names the first option that cannot be used', () => {
    assert.equal(faultOf({ sessionToken: 'ups_x' }), 'userSessionToken');
    assert.equal(faultOf({ environment: 'production' }), 'environment');
    assert.equal(faultOf({ countryCode: 'Germany' }), 'countryCode');
    // The last two have the form of a tag, and no formatter takes them.
    for (const locale of ['', 'd', 'de-', '<b>', 'de-CH-x-'.repeat(9), 5, 'en-12', 'sl-rozaj-rozaj']) {
      assert.equal(faultOf({ locale }), 'locale', String(locale));
    }
    for (const styling of [[], 'red', 1]) assert.equal(faultOf({ styling }), 'styling');
    for (const i18n of [[], { 'a b': 'x' }, { a: 1 }, { a: 'x'.repeat(2001) }]) assert.equal(faultOf({ i18n }), 'i18n');
    for (const customerData of [[], { name: 1 }, { address: 'x' }, { address: { city: 'x'.repeat(301) } }]) {
      assert.equal(faultOf({ customerData }), 'customerData');
    }
    assert.equal(faultOf({ returnUrl: 'javascript:x' }), 'returnUrl');
  });

  it('belongs to the session that the frame’s address names', () => {
    assert.equal(publicIdOf(token), `shop.${'a'.repeat(22)}`);
    for (const text of ['', 'ups_', 'pay_shop.aaa_bbb', `${token} `, token.replace('.', '/')]) {
      assert.equal(publicIdOf(text), null);
    }
  });
});
