import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { RecordLocking, RecordLockState } from '../../contract/stored-payment-method-lock.ts';
import { entityTag } from '../../ops/preconditions.ts';
import {
  getRecordLock,
  lockStoredPaymentMethod,
  unlockStoredPaymentMethod,
} from '../../ops/stored-payment-methods/set-lock.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const url = '/storedPaymentMethods/:tenantId/:id/lock';
const recordPath = Type.Object({ tenantId: Type.String(), id: Type.String() });

const tagged = (state: RecordLockState) => ({ headers: { etag: entityTag(state.sys_version) }, body: state });

/** Locks of records that tell who holds them and why; in the record itself they show as `sys_locked`. */
export function serveRecordLocks(app: App, services: Services): void {
  serveEndpoint(app, services, {
    method: 'GET',
    url,
    security: 'access-token',
    operation: getRecordLock,
    summary: 'Read who holds a stored payment method locked',
    tag: 'Records API',
    params: recordPath,
    success: { schema: RecordLockState },
    input: ({ params }) => ({ id: params.id }),
    present: tagged,
  });

  serveEndpoint(app, services, {
    method: 'PUT',
    url,
    security: 'access-token',
    operation: lockStoredPaymentMethod,
    summary: 'Lock a stored payment method',
    description:
      'A locked record refuses every change with 409, which names owner and reason. A caller who may unlock can change ' +
      'it all the same with the directive `override-lock`: it stays locked, and its event and the audit say so.',
    tag: 'Records API',
    params: recordPath,
    body: RecordLocking,
    success: { schema: RecordLockState },
    failures: [412, 428],
    takesIfMatch: true,
    input: ({ params, body, ifMatch }) => ({ id: params.id, reason: body.reason, ifMatch }),
    present: tagged,
  });

  serveEndpoint(app, services, {
    method: 'DELETE',
    url,
    security: 'access-token',
    operation: unlockStoredPaymentMethod,
    summary: 'Unlock a stored payment method',
    description: 'Whoever locked it. A record that is not locked stays as it is.',
    tag: 'Records API',
    params: recordPath,
    success: { schema: RecordLockState },
    failures: [412, 428],
    takesIfMatch: true,
    input: ({ params, ifMatch }) => ({ id: params.id, ifMatch }),
    present: tagged,
  });
}
