import { METHODS } from 'node:http';
import { OnfileError, stringArgument } from '../errors.ts';
import type { App } from './app-type.ts';
import { isKeyChecked } from './key-check.ts';

const parameterName = /:\w+/g;
const noContent = 204;

type KnownPath = { url: string; methods: Set<string> };

/** Teaches the router every method that Node parses; CONNECT never reaches it. */
function acceptEveryMethod(app: App): string[] {
  for (const method of METHODS) {
    if (!app.supportedMethods.includes(method) && method !== 'CONNECT') app.addHttpMethod(method, { hasBody: true });
  }
  return app.supportedMethods;
}

function answerOtherMethods(app: App, { url, methods }: KnownPath, everyMethod: readonly string[]): void {
  // A prefix's `/` route is announced without its trailing slash, so the router has the last word.
  const served = everyMethod.filter((method) => methods.has(method) || app.hasRoute({ method, url }));
  const allowed = new Set([...served, 'OPTIONS', ...(isKeyChecked(url) ? ['HEAD'] : [])]);
  const allow = [...allowed].toSorted().join(', ');
  const refusal = () =>
    new OnfileError('errormessage.method.not.allowed', { args: [stringArgument(allow)], headers: { allow } });
  app.route({
    url,
    method: everyMethod.filter((method) => method !== 'OPTIONS' && !served.includes(method)),
    schema: { hide: true },
    // Before the body is looked at: the method is wrong whatever was sent with it.
    preParsing: (_request, _reply, _payload, done) => done(refusal()),
    handler: () => {
      throw refusal();
    },
  });
  app.route({
    url,
    method: 'OPTIONS',
    schema: { hide: true },
    // Whatever comes along is no part of the question.
    onRequest: async (_request, reply) => {
      await reply.code(noContent).header('allow', allow).send();
    },
    handler: (_request, reply) => reply.send(),
  });
}

/** Of the server as a whole (RFC 9110, section 9.3.7): there is no path to route by. */
function answerForServer(app: App, paths: ReadonlyMap<string, KnownPath>): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'OPTIONS' || request.raw.url !== '*') return done();
    const served = new Set([...paths.values()].flatMap(({ methods }) => [...methods]));
    reply
      .code(noContent)
      .header('allow', [...served, 'OPTIONS'].toSorted().join(', '))
      .send();
  });
}

/**
 * Watches routes being registered. The function that it returns, called once all are, answers OPTIONS of each known path
 * with `Allow`, and every other method that it does not serve with 405 and `Allow` (RFC 9110, section 15.5.6). A
 * literal path wins over a parameter at its place.
 */
export function watchMethods(app: App): () => void {
  const paths = new Map<string, KnownPath>();
  let isWatching = true;
  app.addHook('onRoute', ({ url, method }) => {
    if (!isWatching) return;
    const pattern = url.replaceAll(parameterName, ':');
    const path = paths.get(pattern) ?? { url, methods: new Set() };
    for (const name of [method].flat()) path.methods.add(name);
    paths.set(pattern, path);
  });
  answerForServer(app, paths);
  return () => {
    isWatching = false;
    const everyMethod = acceptEveryMethod(app);
    for (const path of paths.values()) answerOtherMethods(app, path, everyMethod);
  };
}
