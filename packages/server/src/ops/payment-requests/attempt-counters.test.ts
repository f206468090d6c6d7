import assert from 'node:assert/strict';
import { it } from 'node:test';
import { addressBlock } from './attempt-counters.ts';

it('a subscriber of IPv6 is counted by their network, whichever of its addresses they use', () => {
  for (const address of [
    '2001:db8:0:42::1',
    '2001:0DB8:0000:0042:ffff:ffff:ffff:ffff',
    '2001:db8:0:42:0:0:0:0',
    '2001:db8::42:1:2:3:4',
  ]) {
    assert.equal(addressBlock(address), '2001:db8:0:42::/64', address);
  }
  assert.notEqual(addressBlock('2001:db8:0:43::1'), addressBlock('2001:db8:0:42::1'));
  assert.equal(addressBlock('::1'), '0:0:0:0::/64');
  assert.equal(addressBlock('fe80::1%eth0'), 'fe80:0:0:0::/64');
  assert.equal(addressBlock('2001:db8::'), '2001:db8:0:0::/64');
});

it('an IPv4 address is the same address inside IPv6', () => {
  assert.equal(addressBlock('192.0.2.7'), '192.0.2.7');
  assert.equal(addressBlock('::ffff:192.0.2.7'), '192.0.2.7');
  assert.equal(addressBlock('::FFFF:192.0.2.7'), '192.0.2.7');
  assert.equal(addressBlock('0:0:0:0:0:ffff:192.0.2.7'), '192.0.2.7');
  assert.equal(addressBlock('::ffff:c000:207'), '192.0.2.7');
});

it('the port of a connection makes no other address of it', () => {
  for (const port of ['', ':1', ':65535']) {
    assert.equal(addressBlock(`192.0.2.7${port}`), '192.0.2.7');
    assert.equal(addressBlock(`[2001:db8:0:42::1]${port}`), '2001:db8:0:42::/64');
  }
});

it('what a proxy wrote that is no address is counted as it is, if it is not long', () => {
  assert.equal(addressBlock('unknown'), 'unknown');
  assert.equal(addressBlock('x'.repeat(500)).length, 64);
});
