import type { Readable } from 'node:stream';
import type { Services } from '../../context.ts';
import { bytesArgument, enumArgument, OnfileError } from '../../errors.ts';
import { followLink } from './links.ts';
import { placeOf } from './present.ts';
import { fromStorage } from './storage-failure.ts';

type Input = {
  token: string;
  bytes: Readable;
  mediaType: string | undefined;
  encoding: string | undefined;
  /** As its header says; undefined when it is not known beforehand. */
  length: number | undefined;
};

const tooLarge = (size: number) => new OnfileError('errormessage.body.too.large', { args: [bytesArgument(size)] });

/** Passes on exactly so many bytes. Throws 413 at the first one too many, 409 for too few. */
async function* exactly(size: number, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > size) throw tooLarge(size);
    yield chunk;
  }
  if (length < size) throw new OnfileError('errormessage.file.refused', { args: [enumArgument('SIZE')] });
}

/**
 * Takes the bytes of an announced file by a link of ours; the link is all that the caller needs. Throws 403 for the
 * link, 415 for another type than announced, 413 and 409 for another length.
 */
export async function receiveUpload(services: Services, input: Input): Promise<void> {
  const { fileStorage: storage } = services;
  const { tenantId, row, secrets } = await followLink(services, 'upload', input.token);
  if (storage.hasLinks) throw new OnfileError('errormessage.file.link.invalid');
  if (input.mediaType !== row.media_type || input.encoding !== undefined) {
    throw new OnfileError('errormessage.media.type.unsupported', { reference: 'content-type' });
  }
  if (input.length !== undefined && input.length > row.size) throw tooLarge(row.size);
  // Its rest, if it is refused, is whoever's who answers: an iterator would close the connection.
  const bytes = input.bytes.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  await fromStorage(() => storage.receive(placeOf(tenantId, row, secrets), exactly(row.size, bytes)));
}
