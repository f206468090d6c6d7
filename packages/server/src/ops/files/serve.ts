import type { Readable } from 'node:stream';
import type { Services } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { attachment } from './disposition.ts';
import { followLink } from './links.ts';
import { placeOf } from './present.ts';
import { fromStorage } from './storage-failure.ts';

export type ServedFile = { bytes: Readable; mediaType: string; size: number; disposition: string };

/** The bytes that a link of ours leads to; the link is all that the caller needs. Throws 403 for it. */
export async function serveFile(services: Services, token: string): Promise<ServedFile> {
  const { fileStorage: storage } = services;
  const { tenantId, row, secrets } = await followLink(services, 'download', token);
  const bytes = storage.hasLinks ? null : await fromStorage(() => storage.read(placeOf(tenantId, row, secrets)));
  if (!bytes) throw new OnfileError('errormessage.file.link.invalid');
  return { bytes, mediaType: row.media_type, size: row.size, disposition: attachment(secrets.name) };
}
