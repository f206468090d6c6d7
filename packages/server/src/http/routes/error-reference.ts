import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { oneOf } from '../../contract/schema.ts';
import { locales, negotiateLocale } from '../../locales/negotiate.ts';
import type { App } from '../app-type.ts';
import { renderArgumentsPage } from '../error-reference/arguments-page.ts';
import { renderCodesPage } from '../error-reference/codes-page.ts';
import { referencePolicy } from '../error-reference/layout.ts';
import { argumentReferences, codesIn } from '../error-reference/reference.ts';

const html = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': referencePolicy };
const InLanguage = Type.Object({ language: Type.Optional(oneOf(locales)) }, { additionalProperties: false });

/** Makes each thing once, as bytes that answers share: there are as many as locales. */
function madeOnce(make: (locale: string) => string): (locale: string) => Buffer {
  const made = new Map<string, Buffer>();
  return (locale) => {
    const known = made.get(locale) ?? Buffer.from(make(locale));
    made.set(locale, known);
    return known;
  };
}

/**
 * The reference of errors, open to all: `/docs/errors` and `/docs/errors.json` with the texts in the language of the
 * query or of `Accept-Language`, `/docs/errors/arguments` with the types of arguments. Pages without scripts.
 */
export function serveErrorReference(app: App): void {
  const schema = { hide: true };
  const styles = readFileSync(new URL('../error-reference/page.css', import.meta.url));
  const codesPage = madeOnce(renderCodesPage);
  const argumentsPage = madeOnce(renderArgumentsPage);
  const document = madeOnce((locale) =>
    JSON.stringify({
      locale,
      locales,
      errors: codesIn(locale).flatMap(({ codes }) => codes),
      argumentTypes: argumentReferences(),
    }),
  );

  app.get('/docs/errors', { schema: { ...schema, querystring: InLanguage } }, (request, reply) => {
    const locale = request.query.language ?? negotiateLocale(request.headers['accept-language'], 'en');
    return reply.headers({ ...html, vary: 'Accept-Language' }).send(codesPage(locale));
  });

  app.get('/docs/errors.json', { schema: { ...schema, querystring: InLanguage } }, (request, reply) => {
    const locale = request.query.language ?? negotiateLocale(request.headers['accept-language'], 'en');
    return reply
      .headers({
        'content-type': 'application/json; charset=utf-8',
        'content-language': locale,
        'cross-origin-resource-policy': 'cross-origin',
        vary: 'Accept-Language',
      })
      .send(document(locale));
  });

  app.get('/docs/errors/arguments', { schema }, (_request, reply) => reply.headers(html).send(argumentsPage('en')));

  app.get('/docs/errors.css', { schema }, (_request, reply) =>
    reply.header('content-type', 'text/css; charset=utf-8').send(styles),
  );
}
