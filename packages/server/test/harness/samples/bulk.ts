import { pdf } from '../files.ts';
import type { Samples } from './sample.ts';

/** Work on many records at once, and files. */
export const bulkSamples: Samples = {
  'POST /bulkDataOperations/{tenantId}': [
    ({ tenantId, contactId }) => ({
      path: { tenantId },
      body: {
        kind: 'change',
        filter: { contact_id: contactId, type: 'credit card', changed_since: '2026-01-01T00:00:00Z' },
        patch: [{ op: 'add', path: '/name', value: 'Other card' }],
        reason: 'A new naming scheme',
      },
    }),
    ({ tenantId }) => ({ path: { tenantId }, body: { kind: 'delete', all: true } }),
  ],
  'POST /bulkDataOperations/{tenantId}/preview': [
    ({ tenantId, contactId }) => ({ path: { tenantId }, body: { kind: 'delete', filter: { contact_id: contactId } } }),
  ],
  'GET /bulkDataOperations/{tenantId}': [
    ({ tenantId, bulkDataOperationId = '' }) => ({
      path: { tenantId },
      query: { limit: '5', exclusiveStartKey: bulkDataOperationId },
    }),
  ],
  'GET /bulkDataOperations/{tenantId}/{id}': [
    ({ tenantId, bulkDataOperationId: id = '' }) => ({ path: { tenantId, id } }),
  ],
  'GET /bulkDataOperations/{tenantId}/{id}/conflicts': [
    ({ tenantId, bulkDataOperationId: id = '', recordId }) => ({
      path: { tenantId, id },
      query: { limit: '5', exclusiveStartKey: recordId },
    }),
  ],
  'POST /bulkDataOperations/{tenantId}/{id}/cancel': [
    ({ tenantId, bulkDataOperationId: id = '' }) => ({ path: { tenantId, id } }),
  ],
  'POST /bulkDataOperations/{tenantId}/{id}/undo': [
    ({ tenantId, bulkDataOperationId: id = '' }) => ({ path: { tenantId, id }, body: { reason: 'A mistake' } }),
  ],
  'POST /bulkLoads/{tenantId}': [
    ({ tenantId }) => ({
      path: { tenantId },
      body: {
        source_file: 'members.csv',
        format: 'csv',
        compression: 'gzip',
        mode: 'upsert',
        dry_run: true,
        mapping: { Holder: 'name_on_account' },
        null_marker: 'NULL',
        missing_contacts: 'create',
      },
    }),
  ],
  'GET /bulkLoads/{tenantId}': [
    ({ tenantId, bulkLoadId = '' }) => ({ path: { tenantId }, query: { limit: '5', exclusiveStartKey: bulkLoadId } }),
  ],
  'GET /bulkLoads/{tenantId}/{loadId}': [({ tenantId, bulkLoadId: loadId = '' }) => ({ path: { tenantId, loadId } })],
  'PUT /bulkLoads/{tenantId}/{loadId}/content': [
    ({ tenantId, bulkLoadId: loadId = '' }) => ({ path: { tenantId, loadId }, query: { offset: '0' } }),
  ],
  'POST /bulkLoads/{tenantId}/{loadId}/start': [
    ({ tenantId, bulkLoadId: loadId = '' }) => ({ path: { tenantId, loadId } }),
  ],
  'POST /bulkLoads/{tenantId}/{loadId}/cancel': [
    ({ tenantId, bulkLoadId: loadId = '' }) => ({ path: { tenantId, loadId } }),
  ],
  'GET /bulkLoads/{tenantId}/{loadId}/results': [
    ({ tenantId, bulkLoadId: loadId = '' }) => ({
      path: { tenantId, loadId },
      query: { outcome: 'failed', format: 'ndjson' },
    }),
  ],
  'GET /bulkLoads/{tenantId}/{loadId}/progress': [
    ({ tenantId, bulkLoadId: loadId = '' }) => ({ path: { tenantId, loadId } }),
  ],
  'POST /files/{tenantId}': [
    ({ tenantId }) => ({
      path: { tenantId },
      body: {
        file_name: 'mandate.pdf',
        media_type: 'application/pdf',
        size: pdf.length,
        custom_field_id: 'mandate__c',
      },
    }),
  ],
  'POST /files/{tenantId}/{id}/complete': [({ tenantId, fileId = '' }) => ({ path: { tenantId, id: fileId } })],
  'GET /files/{tenantId}/{id}': [({ tenantId, fileId = '' }) => ({ path: { tenantId, id: fileId } })],
};
