import { parse } from 'secure-json-parse';
import { enumArgument, OnfileError } from '../errors.ts';
import { fieldPath, itemPath } from './field-path.ts';

export const deepestNesting = 32;

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * Escapes of NUL and surrogates, and numbers that may exceed a double: rare, so only then is the value walked. Digits are
 * counted from where they begin, or a text of shorter stretches would be searched from each of them.
 */
const suspicious = /\\u(?:0000|[dD][89a-fA-F])|\d[eE]\+?\d|(?<!\d)\d{300}/;

/** Whether a character stands more than `most` times in a text; as fast as the engine can search. */
function standsOften(text: string, character: string, most: number): boolean {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) {
    if (++count > most) return true;
  }
  return false;
}

/** Counts brackets outside strings before anything recursive sees the text; few brackets cannot nest deeply. */
function isTooDeep(text: string): boolean {
  const few = deepestNesting >> 1;
  if (!standsOften(text, '{', few) && !standsOften(text, '[', few)) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === quote) inString = !inString;
    else if (inString) at += character === backslash ? 1 : 0;
    else if (character === openBrace || character === openBracket) {
      if (++depth > deepestNesting) return true;
    } else if (character === closeBrace || character === closeBracket) depth--;
  }
  return false;
}

/** PostgreSQL's text takes neither NUL nor a lone surrogate. */
export const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

function refuseUnstorable(value: unknown, path: string): void {
  if (typeof value === 'string' && !isStorableText(value)) {
    throw new OnfileError('errormessage.validation.encoding', { reference: path || undefined });
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new OnfileError('errormessage.validation.value', { reference: path || undefined });
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) refuseUnstorable(item, itemPath(path, index));
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) {
      if (!isStorableText(name))
        throw new OnfileError('errormessage.validation.encoding', { reference: path || undefined });
      refuseUnstorable(field, fieldPath(path, name));
    }
  }
}

/** Names of the forbidden keys, or an escape that could spell them: without any, the plain parser is as safe. */
const holdsForbiddenKey = (text: string): boolean =>
  text.includes('__proto__') || text.includes('constructor') || text.includes('\\u');

const reachesPrototype = (name: string, field: unknown): boolean =>
  name === '__proto__' ||
  (name === 'constructor' && typeof field === 'object' && field !== null && Object.hasOwn(field, 'prototype'));

/** The place of the first forbidden key. */
function forbiddenPlace(value: unknown, path: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, field] of Object.entries(value)) {
    const place = Array.isArray(value) ? itemPath(path, name) : fieldPath(path, name);
    const forbidden = reachesPrototype(name, field) ? place : forbiddenPlace(field, place);
    if (forbidden !== undefined) return forbidden;
  }
  return undefined;
}

/** The parser reports a forbidden key and malformed text alike; only malformed text fails without its check. */
function parseFailure(text: string, cause: unknown): OnfileError {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new OnfileError('errormessage.validation.json', { cause });
  }
  return new OnfileError('errormessage.validation.unknown.field', { reference: forbiddenPlace(value, '') });
}

/**
 * The value of a JSON text. Refused with 400: malformed text, nesting beyond 32, `__proto__` and
 * `constructor.prototype` keys, numbers beyond a double, characters that cannot be stored, and a lone `null`.
 */
export function parseJsonText(text: string): unknown {
  if (isTooDeep(text)) throw new OnfileError('errormessage.validation.nesting');
  let value: unknown;
  try {
    value = holdsForbiddenKey(text)
      ? parse(text, undefined, { protoAction: 'error', constructorAction: 'error' })
      : JSON.parse(text);
  } catch (cause) {
    throw parseFailure(text, cause);
  }
  if (value === null) throw new OnfileError('errormessage.validation.type', { args: [enumArgument('object')] });
  if (suspicious.test(text)) refuseUnstorable(value, '');
  return value;
}
