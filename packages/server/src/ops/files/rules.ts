import type { Context } from '../../context.ts';
import type { CustomFieldConstraints, CustomFieldDefinition } from '../../contract/custom-field.ts';
import type { AnnouncedFile } from '../../contract/file.ts';
import { outOfRange } from '../../contract/out-of-range.ts';
import { OnfileError, stringArgument } from '../../errors.ts';
import type { FileRow } from '../../store/files.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';

const refused = (reference: string) => new OnfileError('errormessage.validation.value', { reference });

/** Path separators, control characters, and the signs that turn the direction of what is read. */
const unsafeInName = /[/\\\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** A hash is no text that people fill in, and one in a few would pass for a card number. */
const mayLookLikeCard = (path: string): boolean => path === 'sha256';

/** Throws 400 naming the first field of an announcement that breaks a rule that the schema does not hold. */
export async function checkAnnouncement(ctx: Context, body: AnnouncedFile): Promise<void> {
  refuseCardNumbers(body, '', mayLookLikeCard);
  const { file_name: name, custom_field_id: fieldId } = body;
  if (unsafeInName.test(name) || name.trim() !== name || /^\.+$/.test(name)) throw refused('file_name');
  checkLimits({ max_bytes: ctx.config.filesMaxBytes }, body, { size: 'size', mediaType: 'media_type' });
  if (fieldId === undefined) return;
  const definition = await definitionOf(ctx, fieldId);
  if (!definition) return;
  const { type, is_active: isActive, calculation, constraints } = definition;
  if (type !== 'file' || isActive === false || calculation !== undefined) throw refused('custom_field_id');
  checkLimits(constraints, body, { size: 'size', mediaType: 'media_type' });
}

/** Throws 400 when a stored file is not what the field that is to hold it takes. */
export async function checkFieldTakes(ctx: Context, fieldId: string, file: FileRow, path: string): Promise<void> {
  checkLimits((await definitionOf(ctx, fieldId))?.constraints, file, { size: path, mediaType: path });
}

async function definitionOf(ctx: Context, fieldId: string): Promise<CustomFieldDefinition | undefined> {
  const fields = await ctx.customFieldsOf(ctx.tenant.tenantId);
  return fields.find((field) => field.custom_field_id === fieldId)?.definition;
}

function checkLimits(
  limits: Pick<CustomFieldConstraints, 'media_types' | 'max_bytes'> | undefined,
  file: { size: number; media_type: string },
  references: { size: string; mediaType: string },
): void {
  const { media_types: types, max_bytes: most } = limits ?? {};
  if (types && !types.includes(file.media_type)) {
    throw new OnfileError('errormessage.validation.allowed.values', {
      args: [stringArgument(types.join(', '))],
      reference: references.mediaType,
    });
  }
  if (most !== undefined && file.size > most) {
    throw outOfRange({ least: 1, most }, references.size);
  }
}
