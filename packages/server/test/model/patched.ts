import { isDeepStrictEqual } from 'node:util';
import { type Refusal, refusal } from './outcome.ts';
import type { Json } from './state.ts';

export type PatchOperation = { op: 'add' | 'replace' | 'remove' | 'test'; path: string; value?: unknown };

/** The document after a JSON Patch (RFC 6902), or the refusal of the first operation that cannot be done. */
export function patched(document: Json, patch: readonly PatchOperation[]): { document: Json } | { refusal: Refusal } {
  const copy: Json = structuredClone(document);
  for (const [n, { op, path, value }] of patch.entries()) {
    const steps = path.split('/').slice(1);
    const last = steps.pop() ?? '';
    const holder = steps.reduce<any>((inner, step) => inner?.[step], copy);
    const exists = holder?.[last] !== undefined && last !== '-';
    if (op === 'test') {
      if (isDeepStrictEqual(exists ? holder[last] : undefined, value)) continue;
      return { refusal: refusal(409, 'patch.test.failed') };
    }
    const isPlace = op === 'add' ? canAdd(holder, last) : exists;
    if (!isPlace) return { refusal: refusal(400, 'patch.path.not.found', { reference: `[${n}].path` }) };
    if (!Array.isArray(holder)) {
      if (op === 'remove') delete holder[last];
      else holder[last] = structuredClone(value);
    } else if (op === 'remove') holder.splice(Number(last), 1);
    else holder.splice(last === '-' ? holder.length : Number(last), op === 'add' ? 0 : 1, structuredClone(value));
  }
  return { document: copy };
}

const canAdd = (holder: unknown, last: string): boolean =>
  Array.isArray(holder) ? last === '-' || Number(last) <= holder.length : typeof holder === 'object' && holder !== null;
