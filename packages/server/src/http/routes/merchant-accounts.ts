import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { MerchantAccount, MerchantAccountPage, WrittenMerchantAccount } from '../../contract/merchant-account.ts';
import { PageQuery } from '../../contract/records-dialect.ts';
import { createMerchantAccount } from '../../ops/merchant-accounts/create.ts';
import { deactivateMerchantAccount } from '../../ops/merchant-accounts/deactivate.ts';
import { getMerchantAccount } from '../../ops/merchant-accounts/get.ts';
import { listMerchantAccounts } from '../../ops/merchant-accounts/list.ts';
import { updateMerchantAccount } from '../../ops/merchant-accounts/update.ts';
import { entityTag } from '../../ops/preconditions.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const tenantPath = { tenantId: Type.String() };
const accountPath = Type.Object({ ...tenantPath, merchantAccountId: Type.String() });

const tagged = (account: MerchantAccount) => ({ headers: { etag: entityTag(account.sys_version) }, body: account });

/** A tenant's accounts at its gateways. */
export function serveMerchantAccounts(app: App, services: Services): void {
  const shared = { security: 'access-token', tag: 'Records API' } as const;

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/merchantAccounts/:tenantId',
    operation: createMerchantAccount,
    summary: 'Create a merchant account',
    description: 'The server makes the id; a body that brings one is refused.',
    params: Type.Object(tenantPath),
    body: WrittenMerchantAccount,
    success: { status: 201, schema: MerchantAccount },
    input: ({ body }) => ({ body }),
    present: (account) => ({ ...tagged(account), status: 201 }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/merchantAccounts/:tenantId',
    operation: listMerchantAccounts,
    summary: 'List the merchant accounts',
    params: Type.Object(tenantPath),
    query: PageQuery,
    success: { schema: MerchantAccountPage },
    input: ({ query }) => query,
    present: (page) => ({ body: page }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/merchantAccounts/:tenantId/:merchantAccountId',
    operation: getMerchantAccount,
    summary: 'Read a merchant account',
    params: accountPath,
    success: { schema: MerchantAccount },
    input: ({ params }) => ({ id: params.merchantAccountId }),
    present: tagged,
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'PUT',
    url: '/merchantAccounts/:tenantId/:merchantAccountId',
    operation: updateMerchantAccount,
    summary: 'Replace a merchant account',
    description: 'An optional field that is left out or `null` stays as it is, because none of them can be empty.',
    params: accountPath,
    body: WrittenMerchantAccount,
    success: { schema: MerchantAccount },
    failures: [412, 428],
    takesIfMatch: true,
    input: ({ params, body, ifMatch }) => ({ id: params.merchantAccountId, body, ifMatch }),
    present: tagged,
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'DELETE',
    url: '/merchantAccounts/:tenantId/:merchantAccountId',
    operation: deactivateMerchantAccount,
    summary: 'Deactivate a merchant account',
    description: 'Its tokens stay; new payment methods get none there. Replace it with `is_active` true to undo.',
    params: accountPath,
    success: { schema: MerchantAccount },
    failures: [412, 428],
    takesIfMatch: true,
    input: ({ params, ifMatch }) => ({ id: params.merchantAccountId, ifMatch }),
    present: tagged,
  });
}
