import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { StoredPaymentMethodExportQuery } from '../../contract/stored-payment-method-export.ts';
import { exportStoredPaymentMethods } from '../../ops/stored-payment-methods/export.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';
import { fileAnswer, fileTypes, formatOf } from '../file-answer.ts';

/** The records as a file. */
export function serveRecordExport(app: App, services: Services): void {
  serveEndpoint(app, services, {
    method: 'GET',
    url: '/storedPaymentMethods/:tenantId/export',
    security: 'access-token',
    operation: exportStoredPaymentMethods,
    summary: 'Export stored payment methods',
    description:
      'The records that the list with the same filter shows, in the order of `sys_created_at`, as a file that a bulk ' +
      'load takes back unchanged. A connection that ends before the file does means that it is not complete.',
    tag: 'Records API',
    params: Type.Object({ tenantId: Type.String() }),
    query: StoredPaymentMethodExportQuery,
    success: { schema: Type.String(), streams: fileTypes },
    input: ({ query, headers }) => ({ ...query, format: formatOf(query, headers) }),
    present: (file) => fileAnswer('stored-payment-methods', file),
  });
}
