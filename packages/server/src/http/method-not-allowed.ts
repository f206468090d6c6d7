import { METHODS } from 'node:http';
import { OnfileError, stringArgument } from '../errors.ts';
import type { App } from './app-type.ts';

const parameterName = /:\w+/g;

type KnownPath = { url: string; methods: Set<string> };

/** Teaches the router every method that Node parses; CONNECT never reaches it. */
function acceptEveryMethod(app: App): string[] {
  for (const method of METHODS) {
    if (!app.supportedMethods.includes(method) && method !== 'CONNECT') app.addHttpMethod(method, { hasBody: true });
  }
  return app.supportedMethods;
}

function refuseMethods(app: App, { url, methods }: KnownPath, everyMethod: readonly string[]): void {
  // A prefix's `/` route is announced without its trailing slash, so the router has the last word.
  const allowed = everyMethod.filter((method) => methods.has(method) || app.hasRoute({ method, url }));
  const others = everyMethod.filter((method) => !allowed.includes(method));
  const allow = allowed.toSorted().join(', ');
  const refusal = () =>
    new OnfileError('errormessage.method.not.allowed', { args: [stringArgument(allow)], headers: { allow } });
  app.route({
    url,
    method: others,
    schema: { hide: true },
    // Before the body is looked at: the method is wrong whatever was sent with it.
    preParsing: (_request, _reply, _payload, done) => done(refusal()),
    handler: () => {
      throw refusal();
    },
  });
}

/**
 * Watches routes being registered. The function that it returns, called once all are, answers every other method of
 * each known path with 405 and `Allow` (RFC 9110, section 15.5.6). A literal path wins over a parameter at its place.
 */
export function watchMethods(app: App): () => void {
  const paths = new Map<string, KnownPath>();
  app.addHook('onRoute', ({ url, method }) => {
    const pattern = url.replaceAll(parameterName, ':');
    const path = paths.get(pattern) ?? { url, methods: new Set() };
    for (const name of [method].flat()) path.methods.add(name);
    paths.set(pattern, path);
  });
  return () => {
    const everyMethod = acceptEveryMethod(app);
    // A copy, because the refusing routes are announced to the hook too.
    const knownPaths = [...paths.values()];
    for (const path of knownPaths) refuseMethods(app, path, everyMethod);
  };
}
