import { createHash } from 'node:crypto';
import type { FileRefusal, FileRow } from '../../store/files.ts';

/** Enough for the file's type to show, in archives too. */
const headBytes = 262_144;

/** Types without a signature of their own: they have to be text in UTF-8. */
const isTextType = (type: string): boolean =>
  /^text\/|^application\/(?:json|xml)$|^application\/[\w.-]+\+(?:json|xml)$|^image\/svg\+xml$/.test(type);

/** What no text holds: control characters but for white space, and those beyond ASCII, which old texts have. */
const binary = /[^\P{Cc}\s\u0080-\u009f]/u;

/** Types that are told apart by more than their signature shows, by the signature that they share. */
const shared: readonly { declared: RegExp; found: string }[] = [
  { declared: /[/+]xml$/, found: 'application/xml' },
  { declared: /^application\/(?:msword|vnd\.ms-(?:excel|powerpoint))$/, found: 'application/x-cfb' },
];

export type Inspected = { refusal: FileRefusal | null; sha256: Buffer };

/** Reads bytes to their end and holds them to what was announced: length, hash, and type by content. */
export async function inspectBytes(
  bytes: AsyncIterable<Buffer>,
  announced: Pick<FileRow, 'size' | 'sha256' | 'media_type'>,
): Promise<Inspected> {
  const hash = createHash('sha256');
  const text = textCheck();
  const head: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    if (size < headBytes) head.push(chunk);
    size += chunk.length;
    hash.update(chunk);
    text.add(chunk);
    if (size > announced.size) break;
  }
  const sha256 = hash.digest();
  const refuse = (refusal: FileRefusal | null): Inspected => ({ refusal, sha256 });
  if (size !== announced.size) return refuse('SIZE');
  if (announced.sha256 && !announced.sha256.equals(sha256)) return refuse('CHECKSUM');
  const found = await typeBySignature(Buffer.concat(head).subarray(0, headBytes));
  return refuse(isOfType(announced.media_type, found, text.holds()) ? null : 'MEDIA_TYPE');
}

function isOfType(declared: string, found: string | undefined, isText: boolean): boolean {
  if (isTextType(declared) && !isText) return false;
  if (found === undefined) return isTextType(declared);
  return found === declared || shared.some((one) => one.found === found && one.declared.test(declared));
}

async function typeBySignature(head: Buffer): Promise<string | undefined> {
  const { fileTypeFromBuffer } = await import('file-type');
  return (await fileTypeFromBuffer(head))?.mime;
}

/** Whether bytes are text in UTF-8, chunk by chunk. */
function textCheck(): { add: (chunk: Buffer) => void; holds: () => boolean } {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isText = true;
  const decode = (chunk?: Buffer) => {
    try {
      if (isText) isText = !binary.test(chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode());
    } catch {
      isText = false;
    }
  };
  return {
    add: decode,
    holds() {
      decode();
      return isText;
    },
  };
}
