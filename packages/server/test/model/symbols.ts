const symbol = /\{([\w.]+)\}/g;
const lone = /^\{([\w.]+)\}$/;

/** Stands for anything, each time for something else. */
export const anything = '{anything}';

/** What the names in braces stand for, found out from the server's answers. */
export type Bindings = Map<string, unknown>;

/** A value with everything in braces replaced by what it stands for. */
export function resolve(value: unknown, bindings: Bindings): any {
  if (typeof value === 'string') {
    return value.replaceAll(symbol, (_, name: string) => {
      if (!bindings.has(name)) throw new Error(`nothing is known of {${name}}`);
      return String(bindings.get(name));
    });
  }
  if (Array.isArray(value)) return value.map((item: unknown) => resolve(item, bindings));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, resolve(field, bindings)]));
}

/**
 * Where a value is not what was expected, the first place of it; null when it is. A name that stands for nothing yet is
 * bound to what is found in its place; what the server makes up (ids, tokens, mandates, but for times) is unique.
 */
export function difference(expected: unknown, actual: unknown, bindings: Bindings, path = ''): string | null {
  if (typeof expected === 'string') {
    const name = lone.exec(expected)?.[1];
    if (name === 'anything') return null;
    if (name !== undefined && !bindings.has(name)) return bind(name, actual, bindings, path);
    return compare(resolve(expected, bindings), actual, path);
  }
  if (typeof expected !== 'object' || expected === null) return compare(expected, actual, path);
  if (typeof actual !== 'object' || actual === null || Array.isArray(expected) !== Array.isArray(actual)) {
    return compare(expected, actual, path);
  }
  const [left, right] = [expected as Record<string, unknown>, actual as Record<string, unknown>];
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = difference(left[name], right[name], bindings, `${path}/${name}`);
    if (found) return found;
  }
  return null;
}

function bind(name: string, actual: unknown, bindings: Bindings, path: string): string | null {
  if (actual === undefined) return `${path}: expected {${name}}, got nothing`;
  const isTime = name.endsWith('.at');
  const namesake = isTime ? undefined : [...bindings].find(([, value]) => value === actual);
  if (namesake) return `${path}: {${name}} is {${namesake[0]}} again`;
  bindings.set(name, actual);
  return null;
}

const compare = (expected: unknown, actual: unknown, path: string): string | null =>
  expected === actual ? null : `${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
