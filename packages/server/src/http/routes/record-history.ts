import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import {
  RecordHistory,
  RecordHistoryQuery,
  RecordRestoration,
  RestoredRecord,
} from '../../contract/stored-payment-method-history.ts';
import { entityTag } from '../../ops/preconditions.ts';
import { listRecordHistory } from '../../ops/stored-payment-methods/history.ts';
import { restoreStoredPaymentMethod } from '../../ops/stored-payment-methods/restore.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const recordPath = Type.Object({ tenantId: Type.String(), id: Type.String() });

/** What a record was, and how it becomes that again. */
export function serveRecordHistory(app: App, services: Services): void {
  serveEndpoint(app, services, {
    method: 'GET',
    url: '/storedPaymentMethods/:tenantId/:id/history',
    security: 'access-token',
    operation: listRecordHistory,
    summary: 'Read the history of a stored payment method',
    description: 'The newest version first. `?as_of=` on the record itself answers the content of one.',
    tag: 'Records API',
    params: recordPath,
    query: RecordHistoryQuery,
    success: { schema: RecordHistory },
    input: ({ params, query }) => ({ id: params.id, query }),
    present: (body) => ({ body }),
  });

  serveEndpoint(app, services, {
    method: 'POST',
    url: '/storedPaymentMethods/:tenantId/:id/restore',
    security: 'access-token',
    operation: restoreStoredPaymentMethod,
    summary: 'Restore an earlier version of a stored payment method, or a deleted one',
    description:
      'The content of the version becomes the next version; without `sys_version` a deleted record comes back as it ' +
      'was. Number and tokens stay those of today: a version that held another number is refused with 409.',
    tag: 'Records API',
    params: recordPath,
    body: RecordRestoration,
    success: { schema: RestoredRecord },
    failures: [412, 428],
    takesIfMatch: true,
    input: ({ params, body, ifMatch }) => ({ id: params.id, version: body.sys_version, ifMatch }),
    present: (restored) => ({ headers: { etag: entityTag(restored.record.sys_version ?? 0) }, body: restored }),
  });
}
