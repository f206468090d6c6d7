import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import {
  BulkDataConflictPage,
  BulkDataOperation,
  BulkDataOperationOrder,
  BulkDataOperationPage,
  BulkDataPreview,
  BulkDataUndoOrder,
} from '../../contract/bulk-data-operation.ts';
import { PageQuery } from '../../contract/records-dialect.ts';
import { withoutNulls } from '../../contract/schema.ts';
import type { OnfileError } from '../../errors.ts';
import { cancelBulkDataOperation } from '../../ops/bulk-data-operations/cancel.ts';
import { getBulkDataOperation } from '../../ops/bulk-data-operations/get.ts';
import { listBulkDataOperations } from '../../ops/bulk-data-operations/list.ts';
import { listBulkDataConflicts } from '../../ops/bulk-data-operations/list-conflicts.ts';
import { orderBulkDataOperation } from '../../ops/bulk-data-operations/order.ts';
import { previewBulkDataOperation } from '../../ops/bulk-data-operations/preview.ts';
import type { RecordConflict } from '../../ops/bulk-data-operations/results.ts';
import { undoBulkDataOperation } from '../../ops/bulk-data-operations/undo.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const tenantPath = { tenantId: Type.String() };
const operationPath = Type.Object({ ...tenantPath, id: Type.String() });

type Explain = (error: OnfileError) => object;

const explained = (conflicts: readonly RecordConflict[], explain: Explain) =>
  conflicts.map((conflict) => ({ ...conflict, error: explain(conflict.error) }));

/** `null` means something in a patch, and nothing beside it. */
const orderOf = ({ patch, ...rest }: BulkDataOperationOrder) => ({
  body: { ...withoutNulls(rest), ...(patch ? { patch } : {}) },
});

const accepted = (operation: BulkDataOperation, { tenantId }: { tenantId: string }) => ({
  status: 202,
  headers: { location: `/bulkDataOperations/${tenantId}/${operation.id}` },
  body: operation,
});

/** Changes and deletions of many records at once, and their undoing. */
export function serveBulkDataOperations(app: App, services: Services): void {
  const shared = { security: 'access-token', tag: 'Records API' } as const;

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/bulkDataOperations/:tenantId',
    operation: orderBulkDataOperation,
    summary: 'Change or delete many stored payment methods',
    description:
      'Orders a change by a JSON Patch, or a deletion, of the records that a filter selects; without a filter `all` has ' +
      'to be true. It is done in the background, each record by the rules of PATCH or DELETE; a record that they refuse ' +
      'is a conflict and stays as it is. The caller needs `STORED_PAYMENT_METHOD_WRITE` as well.',
    params: Type.Object(tenantPath),
    body: BulkDataOperationOrder,
    success: { status: 202, schema: BulkDataOperation },
    failures: [404],
    keepsNulls: true,
    input: ({ body }) => orderOf(body),
    present: accepted,
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/bulkDataOperations/:tenantId/preview',
    operation: previewBulkDataOperation,
    summary: 'See what a bulk data operation would do',
    description:
      'Takes the order itself, runs the rules on the first 1000 records that it selects, and writes nothing. The ' +
      'caller needs `STORED_PAYMENT_METHOD_WRITE` as well.',
    params: Type.Object(tenantPath),
    body: BulkDataOperationOrder,
    success: { schema: BulkDataPreview },
    failures: [404],
    keepsNulls: true,
    input: ({ body }) => orderOf(body),
    present: (preview, _, explain) => ({ body: { ...preview, conflicts: explained(preview.conflicts, explain) } }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/bulkDataOperations/:tenantId',
    operation: listBulkDataOperations,
    summary: 'List bulk data operations',
    description: 'The newest first.',
    params: Type.Object(tenantPath),
    query: PageQuery,
    success: { schema: BulkDataOperationPage },
    input: ({ query }) => query,
    present: (page) => ({ body: page }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/bulkDataOperations/:tenantId/:id',
    operation: getBulkDataOperation,
    summary: 'Read how far a bulk data operation got',
    params: operationPath,
    success: { schema: BulkDataOperation },
    input: ({ params }) => ({ id: params.id }),
    present: (operation) => ({ body: operation }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/bulkDataOperations/:tenantId/:id/conflicts',
    operation: listBulkDataConflicts,
    summary: 'List the records that a bulk data operation could not touch',
    params: operationPath,
    query: PageQuery,
    success: { schema: BulkDataConflictPage },
    input: ({ params, query }) => ({ id: params.id, query }),
    present: (page, _, explain) => ({ body: { ...page, Items: explained(page.Items, explain) } }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/bulkDataOperations/:tenantId/:id/cancel',
    operation: cancelBulkDataOperation,
    summary: 'Cancel a bulk data operation',
    description: 'It ends within a stretch of some records; what it has done stays, and can be undone.',
    params: operationPath,
    success: { schema: BulkDataOperation },
    input: ({ params }) => ({ id: params.id }),
    present: (operation) => ({ body: operation }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/bulkDataOperations/:tenantId/:id/undo',
    operation: undoBulkDataOperation,
    summary: 'Undo a bulk data operation',
    description:
      'Orders an operation that gives each record back what it was before, where nothing has changed it since; the ' +
      'others are its conflicts. The caller needs `STORED_PAYMENT_METHOD_WRITE` as well, and ' +
      '`STORED_PAYMENT_METHOD_UNLOCK` where records were locked by it.',
    params: operationPath,
    body: BulkDataUndoOrder,
    success: { status: 202, schema: BulkDataOperation },
    input: ({ params, body }) => ({ id: params.id, reason: body?.reason }),
    present: accepted,
  });
}
