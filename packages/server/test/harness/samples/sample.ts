import type { TestTenant } from '../server.ts';

/** Whatever of a tenant's a request can name. */
export type Ids = {
  tenantId: string;
  customerId: number;
  /** Of somebody who is no customer yet. */
  personUuid: string;
  contactId: string;
  merchantAccountId: string;
  recordId: string;
  paymentRequestToken: string;
  paymentInstrumentToken: string;
  clientId: string;
  /** Of the operations of snapshots alone. */
  snapshotId?: string;
  /** Of the operations of restores alone. */
  restoreId?: string;
  /** Of the calls of bulk data operations alone: of one that is over. */
  bulkDataOperationId?: string;
  /** Of the operations of bulk loads alone: one that waits for its file. */
  bulkLoadId?: string;
  /** Of the operations of custom fields alone. */
  customFieldId?: string;
  /** Of the operations of files alone: one that was uploaded. */
  fileId?: string;
  /** Of the operations of recalculations alone. */
  recalculationId?: string;
};

export type Sample = {
  path?: Record<string, string | number>;
  query?: Record<string, string>;
  body?: Record<string, any>;
};

/** A request that succeeds with the ids and the tenant of its caller. */
export type SampleOf = (ids: Ids, tenant: TestTenant) => Sample;

/** At least one for each operation, by its name. */
export type Samples = Readonly<Record<string, readonly SampleOf[]>>;
