import type { Context } from '../../context.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import type { Trail } from '../../store/trail.ts';
import { changedFields } from '../preconditions.ts';
import { trailOf } from '../trail.ts';
import { presentCustomField } from './present.ts';

/** The trail of a change. A definition names no customer, so the details are sealed under the tenant's own key. */
export function customFieldTrail(ctx: Context, before: CustomFieldRow | null, after: CustomFieldRow): Trail {
  const was = before && presentCustomField(before);
  const is = presentCustomField(after);
  return trailOf(ctx, {
    action: before ? 'custom_field.updated' : 'custom_field.created',
    at: after.modified_at,
    subject: { kind: 'custom_field', id: after.custom_field_id, version: after.version },
    details: { under: ctx.keys.wrapping, value: { before: was, after: is } },
    event: { is_active: after.definition.is_active !== false, changed_fields: was ? changedFields(was, is) : [] },
  });
}
