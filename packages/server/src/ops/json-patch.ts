import { isDeepStrictEqual } from 'node:util';
import { applyPatch, type Operation as LibraryOperation } from 'rfc6902';
import { fieldPath, itemPath } from '../contract/field-path.ts';
import type { JsonPatch, PatchOperation } from '../contract/json-patch.ts';
import { bytesArgument, OnfileError } from '../errors.ts';
import { type Holder, locatePointer, locateStep, refuseOtherField } from './custom-fields/pointers.ts';

/** As deep as a body may be, and as large: `copy` could otherwise double a document a hundred times. */
const deepestNesting = 32;
const mostCharacters = 1_048_576;

const inherited = new Set(['__proto__', 'constructor', 'prototype']);
const arrayIndex = /^(?:0|[1-9]\d*)$/;

/** The document's place in an object of its own, so that the empty pointer, which names all of it, has a holder. */
const root = '/document';

/**
 * Applies a JSON Patch to a copy of a document: all of it, or nothing. Throws 400 for an operation that lacks a part or
 * names a place that does not exist, 409 naming the field when a `test` fails, 413 when the document grows too large.
 * Beyond RFC 6902, the value of a custom field can be named by its field's id instead of its index.
 */
export function applyJsonPatch(document: object, patch: JsonPatch): unknown {
  const holder: Holder = JSON.parse(JSON.stringify({ document }));
  for (const [n, operation] of patch.entries()) {
    checkParts(operation, n);
    refuseOtherField(operation, n);
    for (const named of stepsOf(operation, holder, n)) {
      const step = locateStep(named, holder);
      checkPlace(step, holder, n);
      if (step.op !== 'test') applyPatch(holder, [step]);
    }
    refuseGrowth(operation, holder);
  }
  return holder.document;
}

function checkParts(operation: PatchOperation, n: number): void {
  const { op } = operation;
  const part = op === 'move' || op === 'copy' ? 'from' : op === 'remove' ? null : 'value';
  if (part && !Object.hasOwn(operation, part)) {
    throw new OnfileError('errormessage.validation.required', { reference: `[${n}].${part}` });
  }
}

/** RFC 6902, section 4.4: `move` is `remove` and then `add`; only so is the place looked up after the removal. */
function stepsOf(operation: PatchOperation, holder: Holder, n: number): LibraryOperation[] {
  const path = root + operation.path;
  const from = locatePointer(root + (operation.from ?? ''), holder);
  const { value } = operation;
  switch (operation.op) {
    case 'add':
    case 'replace':
    case 'test':
      return [{ op: operation.op, path, value }];
    case 'remove':
      return [{ op: 'remove', path }];
    case 'copy':
      return [{ op: 'add', path, value: structuredClone(existing(holder, from, n)) }];
    case 'move':
      return [
        { op: 'remove', path: from },
        { op: 'add', path, value: lookUp(holder, tokensOf(from)) },
      ];
  }
}

function existing(holder: Holder, from: string, n: number): unknown {
  const value = lookUp(holder, tokensOf(from));
  if (value === undefined) throw nowhere(n, 'from');
  return value;
}

/** Stricter than the library, which takes some places that do not exist (docs/decisions/0012). */
function checkPlace(step: LibraryOperation, holder: object, n: number): void {
  const tokens = tokensOf(step.path);
  const value = lookUp(holder, tokens);
  if (step.op === 'test') {
    if (isDeepStrictEqual(value, step.value)) return;
    throw new OnfileError('errormessage.patch.test.failed', { reference: referenceOf(tokens) ?? `[${n}].path` });
  }
  const mustExist = step.op === 'remove' || step.op === 'replace';
  if (mustExist ? value === undefined : !couldHold(holder, tokens)) throw nowhere(n, 'path');
}

const nowhere = (n: number, part: 'path' | 'from') =>
  new OnfileError('errormessage.patch.path.not.found', { reference: `[${n}].${part}` });

/** RFC 6901, section 4: `~1` before `~0`. */
const tokensOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The value at a place, undefined when there is none. */
const lookUp = (holder: unknown, tokens: readonly string[]): unknown =>
  tokens.reduce<unknown>((value, token) => {
    if (Array.isArray(value)) return arrayIndex.test(token) ? value[Number(token)] : undefined;
    if (typeof value !== 'object' || value === null || inherited.has(token)) return undefined;
    return Object.hasOwn(value, token) ? (value as Record<string, unknown>)[token] : undefined;
  }, holder);

/** Whether a value can be added at a place: in an object under any name, in a list up to its end. */
function couldHold(holder: unknown, tokens: readonly string[]): boolean {
  const parent = lookUp(holder, tokens.slice(0, -1));
  const token = tokens.at(-1) ?? '';
  if (Array.isArray(parent)) return token === '-' || (arrayIndex.test(token) && Number(token) <= parent.length);
  return typeof parent === 'object' && parent !== null && !inherited.has(token);
}

/** As errors name fields: `/custom_field_values/0/string_value` is `custom_field_values[0].string_value`. */
const referenceOf = (tokens: readonly string[]): string | undefined =>
  tokens
    .slice(1)
    .reduce((path, token) => (arrayIndex.test(token) ? itemPath(path, token) : fieldPath(path, token)), '') ||
  undefined;

function refuseGrowth({ op }: PatchOperation, { document }: Holder): void {
  if (op === 'remove' || op === 'test') return;
  if (isDeeperThan(deepestNesting, document)) throw new OnfileError('errormessage.validation.nesting');
  if (op === 'copy' && JSON.stringify(document).length > mostCharacters) {
    throw new OnfileError('errormessage.body.too.large', { args: [bytesArgument(mostCharacters)] });
  }
}

const isDeeperThan = (levels: number, value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner)));
