import type { Context } from '../../context.ts';
import { enumArgument, OnfileError } from '../../errors.ts';
import { type FoundFile, findFiles } from '../../store/files.ts';
import type { OpenedRecord, SealedContent } from '../stored-payment-methods/content.ts';
import { mayKnowFile } from './find.ts';
import { checkFieldTakes } from './rules.ts';
import { type FileReference, fileReferences } from './urn.ts';

const missing = (reference: string) =>
  new OnfileError('errormessage.record.reference.missing', { args: [enumArgument('FILE')], reference });
export const fileTaken = (reference: string) => new OnfileError('errormessage.file.taken', { reference });

/**
 * The files that a record about to be written refers to; undefined when it refers to none and has none. Throws 409 for a
 * reference to what is no stored file of the tenant's, or another record's or field's, 400 for what the field refuses.
 */
export async function filesOnWrite(
  ctx: Context,
  record: { id: string; current: OpenedRecord | null; content: SealedContent; isDeleted: boolean },
): Promise<string[] | undefined> {
  const { id, current, content } = record;
  const references = record.isDeleted ? [] : fileReferences(content.custom_field_values);
  if (references.length === 0) return current?.row.marks?.has_files ? [] : undefined;
  const held = current && !current.row.sys_deleted_at ? fileReferences(current.content.custom_field_values) : [];
  const isHeld = (one: FileReference) =>
    held.some((other) => other.fileId === one.fileId && other.customFieldId === one.customFieldId);
  const fresh = references.filter((one) => !isHeld(one));
  if (fresh.length > 0) await checkReferences(ctx, id, fresh);
  return [...new Set(references.map(({ fileId }) => fileId))];
}

async function checkReferences(ctx: Context, recordId: string, references: readonly FileReference[]): Promise<void> {
  const files = await filesById(ctx, references);
  for (const { fileId, customFieldId, path } of references) {
    const file = files.get(fileId);
    if (file?.state !== 'stored' || !mayKnowFile(ctx, file)) throw missing(path);
    const isOfOtherField = file.custom_field_id !== null && file.custom_field_id !== customFieldId;
    if (isOfOtherField || (file.record_id !== null && file.record_id !== recordId)) throw fileTaken(path);
    await checkFieldTakes(ctx, customFieldId, file, path);
  }
}

async function filesById(ctx: Context, references: readonly FileReference[]): Promise<Map<string, FoundFile>> {
  const ids = [...new Set(references.map(({ fileId }) => fileId))];
  const files = await findFiles(ctx.db, ctx.tenant.tenantId, ids);
  return new Map(files.map((file) => [file.file_id, file]));
}

/** An earlier version's content without the values whose files were destroyed since: it can be restored all the same. */
export async function withoutLostFiles(ctx: Context, recordId: string, content: SealedContent): Promise<SealedContent> {
  const references = fileReferences(content.custom_field_values);
  if (references.length === 0) return content;
  const files = await filesById(ctx, references);
  const isThere = (fileId: string) => {
    const file = files.get(fileId);
    return file?.state === 'stored' && file.record_id === recordId;
  };
  const lost = new Set(references.filter(({ fileId }) => !isThere(fileId)).map(({ customFieldId }) => customFieldId));
  if (lost.size === 0) return content;
  const { custom_field_values: values = [] } = content;
  return { ...content, custom_field_values: values.filter(({ custom_field_id: id = '' }) => !lost.has(id)) };
}
