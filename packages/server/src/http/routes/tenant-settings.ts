import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { SliceQuery } from '../../contract/customer.ts';
import { SettingsHistory, TenantSettings, WrittenTenantSettings } from '../../contract/tenant-settings.ts';
import { entityTag } from '../../ops/preconditions.ts';
import { getTenantSettings } from '../../ops/tenants/get-settings.ts';
import { listTenantSettingsVersions } from '../../ops/tenants/list-settings-versions.ts';
import { replaceTenantSettings } from '../../ops/tenants/replace-settings.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const tenantPath = Type.Object({ tenantId: Type.String() });

const tagged = (settings: TenantSettings) => ({ headers: { etag: entityTag(settings.version) }, body: settings });

/** A tenant's own settings and their history. */
export function serveTenantSettings(app: App, services: Services): void {
  const shared = { security: 'api-key', tag: 'Management', params: tenantPath } as const;

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/tenants/:tenantId/settings',
    operation: getTenantSettings,
    summary: 'Read the settings',
    success: { schema: TenantSettings },
    input: ({ params }) => ({ tenantId: params.tenantId }),
    present: tagged,
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'PUT',
    url: '/tenants/:tenantId/settings',
    operation: replaceTenantSettings,
    summary: 'Replace the settings',
    description: 'Takes effect in every process within a second. `mode` and `tenantId` cannot be changed.',
    body: WrittenTenantSettings,
    success: { schema: TenantSettings },
    failures: [412, 428],
    takesIfMatch: true,
    input: ({ params, body, ifMatch }) => ({ tenantId: params.tenantId, body, ifMatch }),
    present: tagged,
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/tenants/:tenantId/settings/history',
    operation: listTenantSettingsVersions,
    summary: 'List the versions of the settings',
    description: 'The newest first, each with who made it.',
    query: SliceQuery,
    success: { schema: SettingsHistory },
    input: ({ params, query }) => ({ tenantId: params.tenantId, query }),
    present: (history) => ({ body: history }),
  });
}
