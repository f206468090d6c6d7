import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OnfileError } from '../../errors.ts';
import { newTenant, type TenantCreation } from './rules.ts';

const at = new Date('2026-01-02T03:04:05Z');

function refusedReference(creation: TenantCreation): string | undefined {
  try {
    newTenant(creation, at);
  } catch (error) {
    if (error instanceof OnfileError && error.status === 400) return error.reference;
    throw error;
  }
  return undefined;
}

describe('a new tenant', () => {
  it('needs nothing but an id', () => {
    assert.deepEqual(newTenant({ tenantId: 'acme' }, at), {
      tenantId: 'acme',
      name: 'acme',
      mode: 'test',
      locale: 'en',
      country: 'GB',
      currency: 'GBP',
      timeZone: 'UTC',
      rateLimitPerMinute: null,
      concurrencyPolicy: 'strict',
      replacedNumberRetentionDays: 30,
      permittedPaymentChoices: { MEMBER_ACCOUNT: null, ECOM: null },
      allowedOrigins: [],
      creditorIdentifiers: {},
      customFieldPolicy: 'open',
      failedAttemptLimits: {},
      retentionDays: {},
      version: 1,
      createdAt: at,
      modifiedAt: at,
    });
  });

  it('has an id of small letters, digits and inner hyphens', () => {
    for (const tenantId of ['ab', 'a-b', '1st-gym', 'a'.repeat(63)]) {
      assert.equal(refusedReference({ tenantId }), undefined, tenantId);
    }
    for (const tenantId of ['', 'a', 'Acme', '-ab', 'ab-', 'a.b', 'a b', 'ä1', 'a\n', 'a'.repeat(64)]) {
      assert.equal(refusedReference({ tenantId }), 'tenantId', tenantId);
    }
  });

  it('is refused, naming the setting, when one means nothing', () => {
    const bad: Partial<TenantCreation>[] = [
      { name: ' ' },
      { name: 'x'.repeat(201) },
      { name: 'Gym 4111 1111 1111 1111' },
      { locale: '' },
      { locale: 'xx' },
      { locale: 'de-AT' },
      { locale: 'DE' },
      { locale: 'en, de' },
      { locale: '*' },
      { country: 'UK' },
      { country: 'gb' },
      { country: 'GBR' },
      { country: 'toString' },
      { currency: 'gbp' },
      { currency: 'XXQ' },
      { timeZone: 'Mars/Olympus' },
      { timeZone: '+01:00' },
      { rateLimitPerMinute: 0 },
      { rateLimitPerMinute: 1.5 },
      { replacedNumberRetentionDays: -1 },
      { replacedNumberRetentionDays: 3651 },
    ];
    for (const setting of bad) {
      assert.equal(
        refusedReference({ tenantId: 'acme', ...setting }),
        Object.keys(setting)[0],
        JSON.stringify(setting),
      );
    }
  });

  it('takes every locale of the Customer API with its variants', () => {
    for (const locale of ['cs', 'nb', 'tr', 'de-CH', 'de-LI', 'en-CA', 'en-GB', 'en-US', 'fr-LU']) {
      assert.equal(newTenant({ tenantId: 'acme', locale }, at).locale, locale);
    }
  });

  it('has no card number in its id, its name, an origin or an identifier', () => {
    const number = '6011000990139424';
    assert.equal(refusedReference({ tenantId: `shop-${number}` }), 'tenantId');
    assert.equal(refusedReference({ tenantId: 'acme', name: '6011 0009 9013 9424' }), 'name');
    const allowedOrigins = [`https://${number}.example`];
    assert.equal(refusedReference({ tenantId: 'acme', allowedOrigins }), 'allowedOrigins[0]');
    const creditorIdentifiers = { LSV: number };
    assert.equal(refusedReference({ tenantId: 'acme', creditorIdentifiers }), 'creditorIdentifiers.LSV');
  });
});
