import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { BulkLoad, BulkLoadPage, ContentQuery, WrittenBulkLoad } from '../../contract/bulk-load.ts';
import { PageQuery } from '../../contract/records-dialect.ts';
import { withoutNulls } from '../../contract/schema.ts';
import type { OnfileError } from '../../errors.ts';
import { appendToBulkLoad } from '../../ops/bulk-loads/append.ts';
import { cancelBulkLoad } from '../../ops/bulk-loads/cancel.ts';
import { createBulkLoad } from '../../ops/bulk-loads/create.ts';
import { getBulkLoad } from '../../ops/bulk-loads/get.ts';
import { listBulkLoads } from '../../ops/bulk-loads/list.ts';
import type { ShownBulkLoad } from '../../ops/bulk-loads/present.ts';
import { startBulkLoad } from '../../ops/bulk-loads/start.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const tenantPath = { tenantId: Type.String() };
const loadPath = Type.Object({ ...tenantPath, loadId: Type.String() });

type Explain = (error: OnfileError) => object;

/** A load as HTTP shows it: what ended it in the words of the one error body. */
export const explainedLoad = ({ load, failure }: ShownBulkLoad, explain: Explain): BulkLoad => ({
  ...load,
  ...(failure ? { error: explain(failure) } : {}),
});

const presentLoad = (shown: ShownBulkLoad, _: unknown, explain: Explain) => ({ body: explainedLoad(shown, explain) });

/** Loads of files of records. */
export function serveBulkLoads(app: App, services: Services): void {
  const shared = { security: 'access-token', tag: 'Records API' } as const;

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/bulkLoads/:tenantId',
    operation: createBulkLoad,
    summary: 'Open a bulk load',
    description: 'Then send the file in parts, and start it. One that is not started within a day is cancelled.',
    params: Type.Object(tenantPath),
    body: WrittenBulkLoad,
    keepsNulls: true,
    success: { status: 201, schema: BulkLoad },
    // In the mapping alone `null` says something: to leave the column out.
    input: ({ body: { mapping, ...body } }) => ({ body: { ...withoutNulls(body), ...(mapping ? { mapping } : {}) } }),
    present: (shown, path, explain) => ({ ...presentLoad(shown, path, explain), status: 201 }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'PUT',
    url: '/bulkLoads/:tenantId/:loadId/content',
    operation: appendToBulkLoad,
    summary: 'Send a part of the file',
    description:
      'At most 16 MiB of bytes, as they are, in order. `offset` is the number of bytes before this part; where another ' +
      'one was expected, the answer is 409 and names it. The same part may be sent again.',
    params: loadPath,
    query: ContentQuery,
    takesStream: true,
    success: { schema: BulkLoad },
    input: ({ params, query, stream, headers }) => ({
      id: params.loadId,
      offset: query.offset,
      content: stream,
      length: Number(headers['content-length'] ?? 0),
    }),
    present: presentLoad,
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/bulkLoads/:tenantId/:loadId/start',
    operation: startBulkLoad,
    summary: 'Start a bulk load',
    description: 'The file is complete; it is loaded in the background. Poll the load, or follow its progress.',
    params: loadPath,
    success: { schema: BulkLoad },
    input: ({ params }) => ({ id: params.loadId }),
    present: presentLoad,
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/bulkLoads/:tenantId/:loadId/cancel',
    operation: cancelBulkLoad,
    summary: 'Cancel a bulk load',
    description: 'It ends after the batch at hand. What it has written stays; the other rows remain unprocessed.',
    params: loadPath,
    success: { schema: BulkLoad },
    input: ({ params }) => ({ id: params.loadId }),
    present: presentLoad,
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/bulkLoads/:tenantId/:loadId',
    operation: getBulkLoad,
    summary: 'Read a bulk load',
    params: loadPath,
    success: { schema: BulkLoad },
    input: ({ params }) => ({ id: params.loadId }),
    present: presentLoad,
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/bulkLoads/:tenantId',
    operation: listBulkLoads,
    summary: 'List the bulk loads',
    description: 'The newest first.',
    params: Type.Object(tenantPath),
    query: PageQuery,
    success: { schema: BulkLoadPage },
    input: ({ query }) => query,
    present: (page, _, explain) => ({
      body: { ...page, Items: page.Items.map((shown) => explainedLoad(shown, explain)) },
    }),
  });
}
