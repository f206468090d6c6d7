import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { type FoundFile, findFiles } from '../../store/files.ts';
import { mayKnowContact } from '../contact-limit.ts';

/**
 * Whether the caller may know of the file. One who is limited to a contact knows the files of that contact's records,
 * and until they are such, those that the same credential made for the same contact.
 */
export function mayKnowFile(ctx: Pick<Context, 'caller'>, file: FoundFile): boolean {
  const { caller } = ctx;
  if (file.contact_id !== null) return mayKnowContact(ctx, file.contact_id);
  if (caller.contactId === undefined) return true;
  return file.created_by_id === caller.id && file.created_for_contact === caller.contactId;
}

const isThere = ({ state }: FoundFile): boolean => state !== 'removing' && state !== 'removed';

/** A file that the caller may know of. Throws 404 when there is none of that id. */
export async function findFile(ctx: Context, id: string): Promise<FoundFile> {
  const [file] = await findFiles(ctx.db, ctx.tenant.tenantId, [id]);
  if (!file || !isThere(file) || !mayKnowFile(ctx, file)) throw new OnfileError('errormessage.file.not.found');
  return file;
}
