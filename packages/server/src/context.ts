import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import type { Config } from './config.ts';
import type { Connector } from './connectors/connector.ts';
import { type FileStorage, tracedStorage } from './connectors/files/file-storage.ts';
import { createLocalStorage } from './connectors/files/local-storage.ts';
import { httpMalwareScan, type MalwareScan } from './connectors/files/malware-scan.ts';
import { createS3Storage } from './connectors/files/s3-storage.ts';
import type { Scope } from './contract/scopes.ts';
import type { MasterKey } from './keys/master-key.ts';
import { recentTenantKeys } from './keys/recent-tenant-keys.ts';
import type { TenantKeys } from './keys/tenant-keys.ts';
import { type CustomFieldRow, listAllCustomFields } from './store/custom-fields.ts';
import { type FoundCustomer, findCustomers } from './store/customers.ts';
import type { Database } from './store/database.ts';
import { gatheredRead } from './store/gathered-read.ts';
import { findMerchantAccountIds, findMerchantAccounts, type MerchantAccountRow } from './store/merchant-accounts.ts';
import { findRequestsWithSession, type RequestWithSession } from './store/payment-requests.ts';
import { type RateBucket, type RateUsage, requestCounter } from './store/rate-limits.ts';
import type { ChangeOutcome, RecordChange } from './store/record-change.ts';
import { recordChanges } from './store/record-changes.ts';
import { type FoundRecord, findRecords } from './store/records.ts';
import { findTenant, type Tenant } from './store/tenants.ts';

export type Caller = {
  kind: 'api-key' | 'client' | 'external-client' | 'session' | 'command-line' | 'worker';
  id: string;
  scopes: ReadonlySet<Scope>;
  /** The one contact whose data the caller may see and change; every contact's when left out. */
  contactId?: string;
};

/** What a process needs to serve any tenant, put together by hand in one place. */
export type Services = {
  config: Config;
  db: Database;
  masterKey: MasterKey;
  now(): Date;
  /** A tenant as it was at most half a second ago. */
  tenantById(tenantId: string): Promise<Tenant | null>;
  /** The tenant's keys; what is done by them goes by those of a moment ago, and long work asks for them again. */
  keysOf(tenantId: string): Promise<TenantKeys>;
  readRecord(tenantId: string, id: string): Promise<FoundRecord | null>;
  readCustomer(tenantId: string, customerId: number): Promise<FoundCustomer | null>;
  /** By the token's hash in hex. */
  readPaymentRequest(tenantId: string, tokenHash: string): Promise<RequestWithSession | null>;
  readMerchantAccount(tenantId: string, id: string): Promise<MerchantAccountRow | null>;
  /** Wakes the worker when the change brought tasks for it. */
  changeRecord(tenantId: string, change: RecordChange): Promise<ChangeOutcome>;
  /** Tells the worker of tasks that were committed. Should that be lost, the sweep finds them. */
  wakeTokenWorker(tenantId: string, taskIds: readonly string[]): void;
  countRequest(tenantId: string, of: RateBucket): Promise<RateUsage>;
  /** Those of the ids that are merchant accounts of the tenant; one that was ever seen stays known, as none is deleted. */
  knownMerchantAccounts(tenantId: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Definitions of custom fields as they were at most half a second ago; the same array as long as they are the same. */
  customFieldsOf(tenantId: string): Promise<readonly CustomFieldRow[]>;
  /** Makes this process read them anew: whoever changed a definition finds it in force. */
  forgetCustomFields(tenantId: string): void;
  connectorOf(tenant: Tenant): Connector;
  fileStorage: FileStorage;
  /** Null: files are not scanned. */
  scanFile: MalwareScan | null;
  /** Where callers reach the server, without a slash at the end. */
  publicUrl(): string;
};

/** The answer to a caller's Idempotency-Key, sealed, to be written with the change that it answers. */
export type KeptAnswer = { scopeHash: Buffer; attemptId: string; sealedAnswer: Buffer };

/** A request that carries an Idempotency-Key, with what makes it the same request again. */
export type KeyedRequest = { key: string; method: string; path: string; content: string };

/** What an operation runs in: who calls, for which tenant, with which services. */
export type Context = Services & {
  tenant: Tenant;
  keys: TenantKeys;
  caller: Caller;
  /** Of texts in the answer: the one that the caller asked for, else the tenant's. */
  locale: string;
  /** In Datadog's decimal form. */
  traceId: string;
  sourceAddress: string | null;
  /** Seals the answer that the operation is about to give; undefined when the caller sent no Idempotency-Key. */
  keepAnswer(result: unknown): KeptAnswer | undefined;
  /** The request as its Idempotency-Key knows it; undefined when the caller sent none. */
  keyedRequest?: KeyedRequest;
};

/** How long a process may go on with what it read of tenants and credentials: well within a second. */
export const recentMs = 500;

export function createServices(options: {
  config: Config;
  db: Database;
  masterKey: MasterKey;
  connectorOf: (tenant: Tenant) => Connector;
  /** Of the command line, where nobody asks for a link, there is none. */
  publicUrl?: () => string;
  wakeTokenWorker?: Services['wakeTokenWorker'];
  now?: () => Date;
}): Services {
  const { config, db, masterKey, connectorOf, wakeTokenWorker = () => {} } = options;
  const now = options.now ?? (() => new Date());
  const tenants = new LRUCache<string, { tenant: Tenant | null }>({ max: 10_000, ttl: recentMs });
  const merchantAccounts = new LRUCache<string, true>({ max: 100_000 });
  const customFields = new LRUCache<string, { rows: readonly CustomFieldRow[]; readAt: number }>({ max: 10_000 });
  const applyChange = recordChanges(db);
  const services: Services = {
    config,
    db,
    masterKey,
    now,
    connectorOf,
    fileStorage: tracedStorage(config.filesS3 ? createS3Storage(config.filesS3) : createLocalStorage(config.filesDir)),
    scanFile: config.filesScanUrl === null ? null : httpMalwareScan(config.filesScanUrl),
    publicUrl: options.publicUrl ?? (() => config.publicUrl ?? ''),
    async tenantById(tenantId) {
      const known = tenants.get(tenantId);
      if (known) return known.tenant;
      const tenant = await findTenant(db, tenantId);
      tenants.set(tenantId, { tenant });
      return tenant;
    },
    keysOf: recentTenantKeys({ db, masterKey, now, recentMs }),
    readRecord: gatheredRead({
      name: 'gather record reads',
      read: (tenantId, ids) => findRecords(db, tenantId, ids),
      keyOf: (record) => record.id,
    }),
    readCustomer: gatheredRead({
      name: 'gather customer reads',
      read: (tenantId, ids) => findCustomers(db, tenantId, ids),
      keyOf: (customer) => customer.customer_id,
    }),
    readPaymentRequest: gatheredRead({
      name: 'gather payment request reads',
      read: (tenantId, hashes) => findRequestsWithSession(db, tenantId, hashes),
      keyOf: (request) => request.token_hash.toString('hex'),
    }),
    readMerchantAccount: gatheredRead({
      name: 'gather merchant account reads',
      read: (tenantId, ids) => findMerchantAccounts(db, tenantId, ids),
      keyOf: (account) => account.merchant_account_id,
    }),
    async changeRecord(tenantId, change) {
      const outcome = await applyChange(tenantId, change);
      const tasks = change.tokenTasks ?? [];
      if (outcome === 'applied' && tasks.length > 0) {
        services.wakeTokenWorker(
          tenantId,
          tasks.map((task) => task.task_id),
        );
      }
      return outcome;
    },
    wakeTokenWorker,
    countRequest: requestCounter(db, now),
    async knownMerchantAccounts(tenantId, ids) {
      const keyOf = (id: string) => `${tenantId} ${id}`;
      const unseen = ids.filter((id) => !merchantAccounts.has(keyOf(id)));
      if (unseen.length > 0) {
        for (const id of await findMerchantAccountIds(db, tenantId, unseen)) merchantAccounts.set(keyOf(id), true);
      }
      return new Set(ids.filter((id) => merchantAccounts.has(keyOf(id))));
    },
    async customFieldsOf(tenantId) {
      const known = customFields.get(tenantId);
      if (known && performance.now() - known.readAt < recentMs) return known.rows;
      const readAt = performance.now();
      const rows = await listAllCustomFields(db, tenantId);
      // What is compiled of them is kept by this array.
      const kept = known && isDeepStrictEqual(known.rows, rows) ? known.rows : rows;
      // What was forgotten, or read again, meanwhile is not to be put back.
      if (customFields.get(tenantId) === known) customFields.set(tenantId, { rows: kept, readAt });
      return kept;
    },
    forgetCustomFields(tenantId) {
      const rows = customFields.get(tenantId)?.rows ?? [];
      customFields.set(tenantId, { rows, readAt: Number.NEGATIVE_INFINITY });
    },
  };
  return services;
}
