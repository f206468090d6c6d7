import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { Recalculation, RecalculationPage } from '../../contract/recalculation.ts';
import { PageQuery } from '../../contract/records-dialect.ts';
import { createRecalculation } from '../../ops/recalculations/create.ts';
import { getRecalculation } from '../../ops/recalculations/get.ts';
import { listRecalculations } from '../../ops/recalculations/list.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const tenantPath = { tenantId: Type.String() };

/** The walks over a tenant's records that follow a change of its custom fields. */
export function serveRecalculations(app: App, services: Services): void {
  const shared = { security: 'access-token', tag: 'Records API' } as const;

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/recalculations/:tenantId',
    operation: createRecalculation,
    summary: 'Recalculate all records',
    description: 'Happens by itself when a definition changes. One that is waiting already is answered instead.',
    params: Type.Object(tenantPath),
    success: { status: 202, schema: Recalculation },
    input: () => undefined,
    present: (recalculation) => ({ body: recalculation, status: 202 }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/recalculations/:tenantId',
    operation: listRecalculations,
    summary: 'List the recalculations, the newest first',
    params: Type.Object(tenantPath),
    query: PageQuery,
    success: { schema: RecalculationPage },
    input: ({ query }) => query,
    present: (page) => ({ body: page }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/recalculations/:tenantId/:recalculationId',
    operation: getRecalculation,
    summary: 'Read how far a recalculation got',
    params: Type.Object({ ...tenantPath, recalculationId: Type.String() }),
    success: { schema: Recalculation },
    input: ({ params }) => ({ id: params.recalculationId }),
    present: (recalculation) => ({ body: recalculation }),
  });
}
