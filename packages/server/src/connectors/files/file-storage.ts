import type { Readable } from 'node:stream';
import type { DataKey } from '../../crypto/envelope.ts';
import { tracedCalls } from '../../telemetry/traced-calls.ts';

/** One file's place in the storage. `dataKey` is of use where the storage itself does not encrypt. */
export type FilePlace = { tenantId: string; fileId: string; dataKey: DataKey };

/** What was uploaded for a file, be it right or not. */
export type Upload = {
  /** In bytes. */
  size: number;
  /** Changes when something else is uploaded. */
  tag: string;
};

/** The storage cannot be reached, is full or fails: worth another try. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';
  constructor(cause: unknown) {
    super('the storage of files does not answer as it should', { cause });
  }
}

/**
 * Where the bytes of files are. What clients upload lies apart from what is kept, so that a link to upload changes
 * nothing that was looked at. Every call throws `StorageUnavailable` when the storage fails.
 */
type AnyStorage = {
  /** What was uploaded; null when nothing was. */
  findUpload(place: FilePlace): Promise<Upload | null>;
  /** The bytes of this very upload; it may end with an error when another takes its place. */
  readUpload(place: FilePlace, upload: Upload): Promise<Readable>;
  /** Keeps this very upload as the file. Answers false when it is no longer there. */
  keepUpload(place: FilePlace, upload: Upload): Promise<boolean>;
  /** Removes what was uploaded, if anything. */
  removeUpload(place: Omit<FilePlace, 'dataKey'>): Promise<void>;
  /** Removes everything of the file that is there. */
  remove(place: Omit<FilePlace, 'dataKey'>): Promise<void>;
};

export type LinkHeaders = { mediaType: string; size: number };

/** A storage with links of its own: the bytes do not pass through the server, but for their check. */
export type LinkingStorage = AnyStorage & {
  hasLinks: true;
  uploadLink(
    place: FilePlace,
    options: LinkHeaders & { expiresAt: Date; now: Date },
  ): Promise<{ url: string; headers: Record<string, string> }>;
  downloadLink(
    place: FilePlace,
    options: { mediaType: string; disposition: string; expiresAt: Date; now: Date },
  ): Promise<string>;
};

/** A storage that the server's own links lead to. */
export type ServedStorage = AnyStorage & {
  hasLinks: false;
  /** Takes an upload in the place of any earlier one; nothing of it stays when `bytes` fails. */
  receive(place: FilePlace, bytes: AsyncIterable<Buffer>): Promise<void>;
  /** The bytes of a kept file; null when it is gone. */
  read(place: FilePlace): Promise<Readable | null>;
};

export type FileStorage = LinkingStorage | ServedStorage;

const calls = ['findUpload', 'readUpload', 'keepUpload', 'removeUpload', 'remove'] as const;
const peer = { 'peer.service': 'file-storage' };

/** The storage with its calls in traces. */
export const tracedStorage = (storage: FileStorage): FileStorage =>
  storage.hasLinks
    ? tracedCalls(storage, [...calls, 'uploadLink', 'downloadLink'], peer)
    : tracedCalls(storage, [...calls, 'receive', 'read'], peer);
