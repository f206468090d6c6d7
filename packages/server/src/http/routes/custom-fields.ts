import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import {
  CustomField,
  CustomFieldPage,
  CustomFieldPreview,
  CustomFieldPreviewQuery,
  CustomFieldWriteQuery,
  WrittenCustomField,
} from '../../contract/custom-field.ts';
import { PageQuery } from '../../contract/records-dialect.ts';
import { createCustomField } from '../../ops/custom-fields/create.ts';
import { getCustomField } from '../../ops/custom-fields/get.ts';
import { listCustomFields } from '../../ops/custom-fields/list.ts';
import { previewCustomField } from '../../ops/custom-fields/preview.ts';
import { retireCustomField } from '../../ops/custom-fields/retire.ts';
import { updateCustomField } from '../../ops/custom-fields/update.ts';
import { entityTag } from '../../ops/preconditions.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const tenantPath = { tenantId: Type.String() };
const fieldPath = Type.Object({ ...tenantPath, customFieldId: Type.String() });

const tagged = (field: CustomField) => ({ headers: { etag: entityTag(field.sys_version) }, body: field });

/** What a tenant's records hold beside what every record does. */
export function serveCustomFields(app: App, services: Services): void {
  const shared = { security: 'access-token', tag: 'Records API' } as const;

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/customFields/:tenantId',
    operation: createCustomField,
    summary: 'Define a custom field',
    description: 'The caller chooses the id. Existing values that would break its rules refuse it, unless accepted.',
    params: Type.Object(tenantPath),
    query: CustomFieldWriteQuery,
    body: WrittenCustomField,
    success: { status: 201, schema: CustomField },
    input: ({ body, query }) => ({ body, acceptBrokenValues: query.accept_broken_values }),
    present: (field) => ({ ...tagged(field), status: 201 }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/customFields/:tenantId/preview',
    operation: previewCustomField,
    summary: 'See what a definition would break',
    description:
      'Takes the definition of a new field, or the next one of a field that exists, and changes nothing: answers which ' +
      'existing values would break its rules. After five seconds the answer says where to go on.',
    params: Type.Object(tenantPath),
    query: CustomFieldPreviewQuery,
    body: WrittenCustomField,
    success: { schema: CustomFieldPreview },
    input: ({ body, query }) => ({ body, startKey: query.exclusiveStartKey }),
    present: (preview) => ({ body: preview }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/customFields/:tenantId',
    operation: listCustomFields,
    summary: 'List the custom fields',
    description: 'The retired ones too, in the order of their ids.',
    params: Type.Object(tenantPath),
    query: PageQuery,
    success: { schema: CustomFieldPage },
    input: ({ query }) => query,
    present: (page) => ({ body: page }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/customFields/:tenantId/:customFieldId',
    operation: getCustomField,
    summary: 'Read a custom field',
    params: fieldPath,
    success: { schema: CustomField },
    input: ({ params }) => ({ id: params.customFieldId }),
    present: tagged,
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'PUT',
    url: '/customFields/:tenantId/:customFieldId',
    operation: updateCustomField,
    summary: 'Replace the definition of a custom field',
    description:
      'An optional part that is left out or `null` is cleared, except `is_active`, which stays. The type cannot change. ' +
      'Existing values that the new rules would refuse refuse the change, unless accepted.',
    params: fieldPath,
    query: CustomFieldWriteQuery,
    body: WrittenCustomField,
    success: { schema: CustomField },
    failures: [412, 428],
    takesIfMatch: true,
    input: ({ params, body, query, ifMatch }) => ({
      id: params.customFieldId,
      body,
      ifMatch,
      acceptBrokenValues: query.accept_broken_values,
    }),
    present: tagged,
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'DELETE',
    url: '/customFields/:tenantId/:customFieldId',
    operation: retireCustomField,
    summary: 'Retire a custom field',
    description: 'It takes no new values and keeps those that it has; a PUT with `is_active` brings it back.',
    params: fieldPath,
    success: { schema: CustomField },
    failures: [412, 428],
    takesIfMatch: true,
    input: ({ params, ifMatch }) => ({ id: params.customFieldId, ifMatch }),
    present: tagged,
  });
}
