import { Readable } from 'node:stream';
import type { GetObjectCommandInput, PutObjectCommandInput, S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { type FilePlace, type LinkingStorage, StorageUnavailable } from './file-storage.ts';

export type S3Settings = {
  bucket: string;
  region: string;
  /** Of a storage that is not Amazon's; its buckets are paths. */
  endpoint: string | null;
  accessKeyId: string;
  secretAccessKey: string;
  /** Asks the storage to encrypt what it keeps. */
  encryption: 'AES256' | null;
};

const attempts = 3;
const connectMs = 3_000;
/** Of one call with all its attempts, but for the bytes of a download. */
const usualCallMs = 20_000;

type Place = Omit<FilePlace, 'dataKey'>;
type Failure = { name?: string; $metadata?: { httpStatusCode?: number } };

const statusOf = (error: unknown): number | undefined => (error as Failure | null)?.$metadata?.httpStatusCode;

/** Everything is said here, so that the library looks nowhere else for it. */
const clientConfig = (
  { region, endpoint, accessKeyId, secretAccessKey }: S3Settings,
  callMs: number,
): S3ClientConfig => ({
  region,
  ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
  credentials: { accessKeyId, secretAccessKey },
  maxAttempts: attempts,
  retryMode: 'standard',
  defaultsMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  useArnRegion: false,
  disableS3ExpressSessionAuth: true,
  userAgentAppId: 'onfile',
  // Other storages do not know the checksums that Amazon's took on later.
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  requestHandler: { connectionTimeout: connectMs, requestTimeout: callMs },
});

/** The library takes a third of a second and 40 MB to load: only who uses it pays for it. */
function lazily<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let loaded: Promise<Value> | undefined;
  return () => (loaded ??= load());
}

/** A connection that is lost among the bytes is the storage's failure too. */
async function* guarded(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (error) {
    throw new StorageUnavailable(error);
  }
}

/** Files in a bucket of Amazon S3 or a storage that speaks its language, with presigned links. */
export function createS3Storage(settings: S3Settings, callMs = usualCallMs): LinkingStorage {
  const { bucket } = settings;
  const encryption = settings.encryption === null ? {} : { ServerSideEncryption: settings.encryption };
  const keptKey = ({ tenantId, fileId }: Place) => `tenants/${tenantId}/${fileId}`;
  const uploadKey = (place: Place) => `${keptKey(place)}.upload`;

  const library = lazily(async () => {
    const [s3, { getSignedUrl }] = await Promise.all([
      import('@aws-sdk/client-s3'),
      import('@aws-sdk/s3-request-presigner'),
    ]);
    return { s3, getSignedUrl, client: new s3.S3Client(clientConfig(settings, callMs)) };
  });

  type Library = Awaited<ReturnType<typeof library>>;

  /** Answers null for a status that means that there is nothing of the kind. */
  async function call<Result>(
    send: (client: S3Client, s3: Library['s3'], options: { abortSignal: AbortSignal }) => Promise<Result>,
    absent: readonly number[] = [],
  ): Promise<Result | null> {
    try {
      const { client, s3 } = await library();
      return await send(client, s3, { abortSignal: AbortSignal.timeout(callMs) });
    } catch (error) {
      if (absent.includes(statusOf(error) ?? 0)) return null;
      throw new StorageUnavailable(error);
    }
  }

  const remove = (key: string) =>
    call((client, { DeleteObjectCommand }, options) =>
      client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), options),
    );

  const secondsBetween = (from: Date, to: Date) => Math.ceil((to.getTime() - from.getTime()) / 1000);

  return {
    hasLinks: true,
    async findUpload(place) {
      const found = await call(
        (client, { HeadObjectCommand }, options) =>
          client.send(new HeadObjectCommand({ Bucket: bucket, Key: uploadKey(place) }), options),
        [404],
      );
      return found && { size: found.ContentLength ?? 0, tag: found.ETag ?? '' };
    },
    async readUpload(place, { tag }) {
      const found = await call((client, { GetObjectCommand }, options) =>
        client.send(new GetObjectCommand({ Bucket: bucket, Key: uploadKey(place), IfMatch: tag }), options),
      );
      if (!found?.Body) throw new StorageUnavailable(new Error('the storage answered without bytes'));
      return Readable.from(guarded(found.Body as Readable), { objectMode: false });
    },
    async keepUpload(place, { tag }) {
      const copied = await call(
        (client, { CopyObjectCommand }, options) =>
          client.send(
            new CopyObjectCommand({
              Bucket: bucket,
              Key: keptKey(place),
              CopySource: `${bucket}/${uploadKey(place)}`,
              CopySourceIfMatch: tag,
              ...encryption,
            }),
            options,
          ),
        [404, 412],
      );
      return copied !== null;
    },
    async removeUpload(place) {
      await remove(uploadKey(place));
    },
    async remove(place) {
      await remove(keptKey(place));
      await remove(uploadKey(place));
    },
    async uploadLink(place, { mediaType, size, expiresAt, now }) {
      const { s3, getSignedUrl, client } = await library();
      const input: PutObjectCommandInput = {
        Bucket: bucket,
        Key: uploadKey(place),
        ContentType: mediaType,
        ContentLength: size,
        ...encryption,
      };
      const headers = {
        'content-type': mediaType,
        ...(settings.encryption === null ? {} : { 'x-amz-server-side-encryption': settings.encryption }),
      };
      const url = await getSignedUrl(client, new s3.PutObjectCommand(input), {
        expiresIn: secondsBetween(now, expiresAt),
        signingDate: now,
        // What is signed must be sent as it is: nothing of another type or length can be uploaded.
        signableHeaders: new Set(['host', 'content-length', ...Object.keys(headers)]),
      });
      return { url, headers };
    },
    async downloadLink(place, { mediaType, disposition, expiresAt, now }) {
      const { s3, getSignedUrl, client } = await library();
      const input: GetObjectCommandInput = {
        Bucket: bucket,
        Key: keptKey(place),
        ResponseContentType: mediaType,
        ResponseContentDisposition: disposition,
        ResponseCacheControl: 'no-store',
      };
      return getSignedUrl(client, new s3.GetObjectCommand(input), {
        expiresIn: secondsBetween(now, expiresAt),
        signingDate: now,
      });
    },
  };
}
