import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import {
  ComparisonQuery,
  ConfigurationSnapshot,
  OrderedSandbox,
  RestoreConflictPage,
  RestoreOrder,
  SandboxOrder,
  SnapshotComparison,
  SnapshotCreation,
  SnapshotPage,
  SnapshotRestore,
  SnapshotRestorePage,
  SnapshotSummary,
} from '../../contract/configuration-snapshot.ts';
import { PageQuery } from '../../contract/records-dialect.ts';
import { cancelSnapshotRestore } from '../../ops/configuration-snapshot-restores/cancel.ts';
import { createSnapshotRestore } from '../../ops/configuration-snapshot-restores/create.ts';
import { getSnapshotRestore } from '../../ops/configuration-snapshot-restores/get.ts';
import { listSnapshotRestores } from '../../ops/configuration-snapshot-restores/list.ts';
import { listSnapshotRestoreConflicts } from '../../ops/configuration-snapshot-restores/list-conflicts.ts';
import { compareConfigurationSnapshot } from '../../ops/configuration-snapshots/compare.ts';
import { createConfigurationSnapshot } from '../../ops/configuration-snapshots/create.ts';
import { createSandbox } from '../../ops/configuration-snapshots/create-sandbox.ts';
import { deleteConfigurationSnapshot } from '../../ops/configuration-snapshots/delete.ts';
import { getConfigurationSnapshot } from '../../ops/configuration-snapshots/get.ts';
import { listConfigurationSnapshots } from '../../ops/configuration-snapshots/list.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const tenantPath = { tenantId: Type.String() };
const snapshotPath = Type.Object({ ...tenantPath, snapshotId: Type.String() });
const restorePath = Type.Object({ ...tenantPath, restoreId: Type.String() });
const snapshotUrl = '/configurationSnapshots/:tenantId/:snapshotId';
const shared = { security: 'access-token', tag: 'Records API' } as const;

/** What a tenant has configured, captured and put back. */
export function serveConfigurationSnapshots(app: App, services: Services): void {
  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/configurationSnapshots/:tenantId',
    operation: createConfigurationSnapshot,
    summary: 'Capture a configuration snapshot',
    description: 'Holds settings, custom fields and merchant accounts as they are at one instant.',
    params: Type.Object(tenantPath),
    body: SnapshotCreation,
    success: { status: 201, schema: ConfigurationSnapshot },
    input: ({ body }) => ({ body }),
    present: (snapshot) => ({ status: 201, body: snapshot }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/configurationSnapshots/:tenantId',
    operation: listConfigurationSnapshots,
    summary: 'List the configuration snapshots',
    description: 'The newest first, without their documents.',
    params: Type.Object(tenantPath),
    query: PageQuery,
    success: { schema: SnapshotPage },
    input: ({ query }) => query,
    present: (page) => ({ body: page }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: snapshotUrl,
    operation: getConfigurationSnapshot,
    summary: 'Read a configuration snapshot',
    params: snapshotPath,
    success: { schema: ConfigurationSnapshot },
    input: ({ params }) => ({ id: params.snapshotId }),
    present: (snapshot) => ({ body: snapshot }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'DELETE',
    url: snapshotUrl,
    operation: deleteConfigurationSnapshot,
    summary: 'Delete a configuration snapshot',
    description: 'What was restored from it stays, and a restore that was ordered goes on.',
    params: snapshotPath,
    success: { schema: SnapshotSummary },
    input: ({ params }) => ({ id: params.snapshotId }),
    present: (snapshot) => ({ body: snapshot }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: `${snapshotUrl}/compare`,
    operation: compareConfigurationSnapshot,
    summary: 'Compare a configuration snapshot',
    description: 'With another one, or with the configuration as it is now.',
    params: snapshotPath,
    query: ComparisonQuery,
    success: { schema: SnapshotComparison },
    input: ({ params, query }) => ({ id: params.snapshotId, other: query.with }),
    present: (comparison) => ({ body: comparison }),
  });

  serveOrders(app, services);
  serveRestores(app, services);
}

function serveOrders(app: App, services: Services): void {
  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: `${snapshotUrl}/restore`,
    operation: createSnapshotRestore,
    summary: 'Restore a configuration snapshot',
    description:
      'Into the same tenant, in the background. Also needs `TENANT_WRITE`, `CUSTOM_FIELD_WRITE` and ' +
      '`MERCHANT_ACCOUNT_WRITE`; with records `STORED_PAYMENT_METHOD_WRITE` too.',
    params: snapshotPath,
    body: RestoreOrder,
    success: { status: 202, schema: SnapshotRestore },
    input: ({ params, body }) => ({ id: params.snapshotId, body }),
    present: (restore) => ({ status: 202, body: restore }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: `${snapshotUrl}/sandboxes`,
    operation: createSandbox,
    summary: 'Make a sandbox of a configuration snapshot',
    description:
      'A new tenant in test mode that is filled in the background, or one of this tenant’s to be filled again. Live ' +
      'tokens, numbers and mandates never get there: test ones take their place. Needs the scopes of a restore; the ' +
      'credentials in the answer have those of the caller.',
    params: snapshotPath,
    body: SandboxOrder,
    success: { status: 202, schema: OrderedSandbox },
    input: ({ params, body }) => ({ id: params.snapshotId, body }),
    present: ({ restore, tenantId, apiKey, clientId, clientSecret }) => ({
      status: 202,
      body: {
        restore,
        sandbox: {
          tenant_id: tenantId,
          api_key: apiKey.reveal(),
          client_id: clientId,
          client_secret: clientSecret.reveal(),
        },
      } satisfies OrderedSandbox,
    }),
  });
}

function serveRestores(app: App, services: Services): void {
  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/configurationSnapshotRestores/:tenantId',
    operation: listSnapshotRestores,
    summary: 'List the restores of configuration snapshots',
    description: 'The newest first, with those that fill sandboxes.',
    params: Type.Object(tenantPath),
    query: PageQuery,
    success: { schema: SnapshotRestorePage },
    input: ({ query }) => query,
    present: (page) => ({ body: page }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/configurationSnapshotRestores/:tenantId/:restoreId',
    operation: getSnapshotRestore,
    summary: 'Read a restore and how far it got',
    params: restorePath,
    success: { schema: SnapshotRestore },
    input: ({ params }) => ({ id: params.restoreId }),
    present: (restore) => ({ body: restore }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/configurationSnapshotRestores/:tenantId/:restoreId/cancel',
    operation: cancelSnapshotRestore,
    summary: 'Cancel a restore',
    description: 'What it has done stays. One that is over is answered as it is.',
    params: restorePath,
    success: { schema: SnapshotRestore },
    input: ({ params }) => ({ id: params.restoreId }),
    present: (restore) => ({ body: restore }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/configurationSnapshotRestores/:tenantId/:restoreId/conflicts',
    operation: listSnapshotRestoreConflicts,
    summary: 'List what a restore could not do',
    params: restorePath,
    query: PageQuery,
    success: { schema: RestoreConflictPage },
    input: ({ params, query }) => ({ id: params.restoreId, query }),
    present: (page) => ({ body: page }),
  });
}
