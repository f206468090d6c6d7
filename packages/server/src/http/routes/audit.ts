import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { AuditPage, AuditQuery } from '../../contract/audit.ts';
import { listAudit } from '../../ops/audit/list.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

/** Who did what to the tenant's data. */
export function serveAudit(app: App, services: Services): void {
  serveEndpoint(app, services, {
    method: 'GET',
    url: '/audit/:tenantId',
    security: 'api-key',
    operation: listAudit,
    summary: 'Read the audit',
    description:
      'The oldest entry first, each some seconds after it was written. A page may hold fewer entries than `limit`, or ' +
      'none, while `LastEvaluatedKey` says that more follow. Reading is audited as `audit.read`.',
    tag: 'Management',
    params: Type.Object({ tenantId: Type.String() }),
    query: AuditQuery,
    success: { schema: AuditPage },
    input: ({ params, query }) => ({ tenantId: params.tenantId, query }),
    present: (body) => ({ body }),
  });
}
