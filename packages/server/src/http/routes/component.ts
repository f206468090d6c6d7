import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import type { Services } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { allowedOriginsOf } from '../../ops/payment-sessions/allowed-origins.ts';
import type { App } from '../app-type.ts';
import { type Component, type ComponentFile, encodings } from '../component-files.ts';
import { framePolicy, renderFramePage } from '../frame-page.ts';
import { holdNamedToLiveMode } from '../live-mode.ts';

const base = '/component/v1';
/** Loaded by shops under a fixed name: a new version is everywhere within minutes. */
const briefly = 'public, max-age=300';
/** Named by their content. */
const forever = 'public, max-age=31536000, immutable';

function sendFile(request: FastifyRequest, reply: FastifyReply, file: ComponentFile, caching: string): FastifyReply {
  reply.headers({
    'content-type': file.contentType,
    'cache-control': caching,
    'cross-origin-resource-policy': 'cross-origin',
    etag: file.etag,
    vary: 'accept-encoding',
  });
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known?.includes(file.etag)) return reply.code(304).send();
  const accepted = new Negotiator(request.raw).encodings([...encodings]);
  const encoding = encodings.find((name) => accepted.includes(name));
  const encoded = encoding && file.encoded[encoding];
  if (!encoded) return reply.send(file.content);
  return reply.header('content-encoding', encoding).send(encoded);
}

/**
 * The browser component: the loader that shops include, the page inside its iframe, and what that page loads. Without a
 * built component, all of it is answered as unknown.
 */
export function serveComponent(
  app: App,
  services: Services,
  { component, publicUrl }: { component: Component | null; publicUrl: () => string },
): void {
  const schema = { hide: true };
  const notFound = () => new OnfileError('errormessage.route.not.found');

  const fileAt = (path: string): ComponentFile => {
    const file = component?.files.get(path);
    if (!file) throw notFound();
    return file;
  };

  for (const name of ['widget.js', 'widget.mjs', 'widget.d.ts']) {
    app.get(`${base}/${name}`, { schema }, (request, reply) =>
      // A module from another origin is fetched with CORS; the file holds nothing of anyone's.
      sendFile(request, reply.header('access-control-allow-origin', '*'), fileAt(name), briefly),
    );
  }

  app.get<{ Params: { name: string } }>(`${base}/assets/:name`, { schema }, (request, reply) =>
    sendFile(request, reply, fileAt(`assets/${request.params.name}`), forever),
  );

  app.get<{ Params: { publicId: string } }>(`${base}/frame/:publicId`, { schema }, async (request, reply) => {
    if (!component) throw notFound();
    await holdNamedToLiveMode(services, request, request.params.publicId.split('.', 1)[0] ?? '');
    const allowedOrigins = await allowedOriginsOf(services, request.params.publicId);
    const page = { ...component, allowedOrigins, serverOrigin: new URL(publicUrl()).origin };
    return reply
      .code(allowedOrigins === null ? 404 : 200)
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': framePolicy(page),
        // A page under `Cross-Origin-Embedder-Policy` may embed it too.
        'cross-origin-resource-policy': 'cross-origin',
      })
      .send(renderFramePage(page));
  });
}
