import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { AnnouncedFile, File } from '../../contract/file.ts';
import { completeFile } from '../../ops/files/complete.ts';
import { createFile } from '../../ops/files/create.ts';
import { getFile } from '../../ops/files/get.ts';
import { tenantNamedBy } from '../../ops/files/links.ts';
import { receiveUpload } from '../../ops/files/receive.ts';
import { serveFile } from '../../ops/files/serve.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';
import { holdNamedToLiveMode } from '../live-mode.ts';

const tenantPath = { tenantId: Type.String() };
const filePath = Type.Object({ ...tenantPath, id: Type.String() });

/** Files that custom field values refer to: announced, uploaded by a link, completed, read by a link. */
export function serveFiles(app: App, services: Services): void {
  const shared = { security: 'access-token', tag: 'Records API' } as const;

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/files/:tenantId',
    operation: createFile,
    summary: 'Announce a file',
    description: 'Answers where to PUT its bytes; then complete it. One that no record refers to goes after 24 hours.',
    params: Type.Object(tenantPath),
    body: AnnouncedFile,
    success: { status: 201, schema: File },
    input: ({ body }) => ({ body }),
    present: (file) => ({ status: 201, body: file }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/files/:tenantId/:id/complete',
    operation: completeFile,
    summary: 'Complete a file that was uploaded',
    description: 'Holds the bytes to what was announced. Afterwards records can refer to it by its `file_url_value`.',
    params: filePath,
    success: { schema: File },
    input: ({ params }) => ({ id: params.id }),
    present: (file) => ({ body: file }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/files/:tenantId/:id',
    operation: getFile,
    summary: 'Read what is known of a file',
    description: 'A stored one comes with a link to its bytes for five minutes.',
    params: filePath,
    success: { schema: File },
    input: ({ params }) => ({ id: params.id }),
    present: (file) => ({ body: file }),
  });

  serveLinks(app, services);
}

type LinkRequest = FastifyRequest<{ Params: { token: string } }>;

/** A file is nobody's page: no script of it runs, and nothing frames it. */
const downloadPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";

/** The links of a storage that has none of its own: the token in the path is all that they need. */
function serveLinks(app: App, services: Services): void {
  const url = '/file-links/:token';

  app.put(url, { schema: { hide: true }, config: { takesStream: true } }, async (request: LinkRequest, reply) => {
    const { headers, raw, params } = request;
    await holdNamedToLiveMode(services, request, tenantNamedBy(params.token));
    const length = headers['content-length'];
    await receiveUpload(services, {
      token: params.token,
      bytes: raw,
      mediaType: headers['content-type'],
      encoding: headers['content-encoding'],
      length: length === undefined ? undefined : Number(length),
    });
    return reply.send();
  });

  app.get(url, { schema: { hide: true } }, async (request: LinkRequest, reply) => {
    await holdNamedToLiveMode(services, request, tenantNamedBy(request.params.token));
    const { bytes, mediaType, size, disposition } = await serveFile(services, request.params.token);
    return reply
      .headers({
        'content-type': mediaType,
        'content-length': size,
        'content-disposition': disposition,
        'content-security-policy': downloadPolicy,
      })
      .send(bytes);
  });
}
