import { customField } from './bodies.ts';
import type { Samples } from './sample.ts';

const settings = {
  name: 'Gym',
  locale: 'en',
  timeZone: 'UTC',
  country: 'GB',
  currency: 'GBP',
  permittedPaymentChoices: {},
  concurrencyPolicy: 'strict',
  replacedNumberRetentionDays: 30,
  allowedOrigins: [],
};

/** What a tenant has set up, and snapshots of it. */
export const configurationSamples: Samples = {
  'POST /customFields/{tenantId}': [
    ({ tenantId }) => ({ path: { tenantId }, body: { ...customField, id: 'instalments__c' } }),
  ],
  'POST /customFields/{tenantId}/preview': [
    ({ tenantId }) => ({ path: { tenantId }, body: { ...customField, id: 'instalments__c' } }),
  ],
  'GET /customFields/{tenantId}': [
    ({ tenantId, customFieldId = '' }) => ({
      path: { tenantId },
      query: { limit: '5', exclusiveStartKey: customFieldId },
    }),
  ],
  'GET /customFields/{tenantId}/{customFieldId}': [
    ({ tenantId, customFieldId = '' }) => ({ path: { tenantId, customFieldId } }),
  ],
  'PUT /customFields/{tenantId}/{customFieldId}': [
    ({ tenantId, customFieldId = '' }) => ({
      path: { tenantId, customFieldId },
      query: { accept_broken_values: 'true' },
      body: { ...customField, id: customFieldId },
    }),
  ],
  'POST /recalculations/{tenantId}': [({ tenantId }) => ({ path: { tenantId } })],
  'GET /recalculations/{tenantId}': [({ tenantId }) => ({ path: { tenantId }, query: { limit: '5' } })],
  'GET /recalculations/{tenantId}/{recalculationId}': [
    ({ tenantId, recalculationId = '' }) => ({ path: { tenantId, recalculationId } }),
  ],
  'DELETE /customFields/{tenantId}/{customFieldId}': [
    ({ tenantId, customFieldId = '' }) => ({ path: { tenantId, customFieldId } }),
  ],
  'POST /configurationSnapshots/{tenantId}': [
    ({ tenantId }) => ({ path: { tenantId }, body: { name: 'Before', description: 'The new prices' } }),
  ],
  'GET /configurationSnapshots/{tenantId}': [({ tenantId }) => ({ path: { tenantId }, query: { limit: '5' } })],
  'GET /configurationSnapshots/{tenantId}/{snapshotId}': [
    ({ tenantId, snapshotId = '' }) => ({ path: { tenantId, snapshotId } }),
  ],
  'DELETE /configurationSnapshots/{tenantId}/{snapshotId}': [
    ({ tenantId, snapshotId = '' }) => ({ path: { tenantId, snapshotId } }),
  ],
  'GET /configurationSnapshots/{tenantId}/{snapshotId}/compare': [
    ({ tenantId, snapshotId = '' }) => ({ path: { tenantId, snapshotId }, query: { with: 'current' } }),
    ({ tenantId, snapshotId = '' }) => ({ path: { tenantId, snapshotId }, query: { with: snapshotId } }),
  ],
  'POST /configurationSnapshots/{tenantId}/{snapshotId}/restore': [
    ({ tenantId, snapshotId = '' }) => ({
      path: { tenantId, snapshotId },
      body: { with_records: true, dry_run: true },
    }),
  ],
  'POST /configurationSnapshots/{tenantId}/{snapshotId}/sandboxes': [
    ({ tenantId, snapshotId = '' }) => ({
      path: { tenantId, snapshotId },
      body: { tenant_id: `box-${snapshotId.slice(-12)}`, name: 'Sandbox', with_records: true },
    }),
  ],
  'GET /configurationSnapshotRestores/{tenantId}': [({ tenantId }) => ({ path: { tenantId }, query: { limit: '5' } })],
  'GET /configurationSnapshotRestores/{tenantId}/{restoreId}': [
    ({ tenantId, restoreId = '' }) => ({ path: { tenantId, restoreId } }),
  ],
  'POST /configurationSnapshotRestores/{tenantId}/{restoreId}/cancel': [
    ({ tenantId, restoreId = '' }) => ({ path: { tenantId, restoreId } }),
  ],
  'GET /configurationSnapshotRestores/{tenantId}/{restoreId}/conflicts': [
    ({ tenantId, restoreId = '' }) => ({ path: { tenantId, restoreId }, query: { limit: '5' } }),
  ],
  'GET /tenants/{tenantId}/settings': [({ tenantId }) => ({ path: { tenantId } })],
  'PUT /tenants/{tenantId}/settings': [({ tenantId }) => ({ path: { tenantId }, body: { ...settings, tenantId } })],
  'GET /tenants/{tenantId}/settings/history': [({ tenantId }) => ({ path: { tenantId }, query: { sliceSize: '50' } })],
};
