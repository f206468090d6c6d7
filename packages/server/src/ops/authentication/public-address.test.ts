import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isPublicAddress } from './public-address.ts';

it('an address inside a network, on this machine or in no use is not public', () => {
  for (const address of ['1.1.1.1', '93.184.215.14', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1']) {
    assert.ok(isPublicAddress(address), address);
  }
  for (const address of [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.53',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.1.1',
    '198.19.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    '2001::1',
    '2001:db8::1',
    '2002:a00:1::1',
    'fd00::1',
    'fe80::1',
    'localhost',
    '',
  ]) {
    assert.ok(!isPublicAddress(address), address);
  }
});
