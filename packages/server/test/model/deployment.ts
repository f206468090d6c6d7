import { withNewCustomer } from '../harness/gateway.ts';
import { addMerchantAccount } from '../harness/gateway-tokens.ts';
import { tenantWithEveryChoice } from '../harness/instruments.ts';
import type { TestServer, TestTenant } from '../harness/server.ts';
import type { Bindings } from './symbols.ts';

/** A tenant on a server, whose customers the sequences take two each of. */
export type Deployment = { server: TestServer; tenant: TestTenant; secondAccountId: string };

export async function deploy(server: TestServer): Promise<Deployment> {
  const tenant = await tenantWithEveryChoice(server, 'modelled', {
    country: 'DE',
    currency: 'EUR',
    creditorIdentifiers: { SEPA_CORE: 'DE98ZZZ09999999999' },
  });
  return { server, tenant, secondAccountId: await addMerchantAccount(server, tenant, 'Second shop') };
}

/** One sequence's part of a tenant: the customer whose payment methods it is about, and another. */
export type Place = { server: TestServer; own: TestTenant; other: TestTenant; bindings: Bindings };

let sequences = 0;

export async function placeFor({ server, tenant, secondAccountId }: Deployment): Promise<Place> {
  sequences += 1;
  const sequence = `s${sequences}`;
  const [own, other] = await Promise.all([withNewCustomer(server, tenant), withNewCustomer(server, tenant)]);
  const bindings: Bindings = new Map<string, unknown>([
    ['sequence', sequence],
    ['own', own.contactId],
    ['other', other.contactId],
    ['shop', tenant.merchantAccountId],
    ['second', secondAccountId],
    ['client', tenant.clientId],
    ['key', tenant.apiKeyId],
    ['nobodys', 'spm_nobodys'],
  ]);
  return { server, own, other, bindings };
}
