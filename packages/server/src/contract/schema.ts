import { type Static, type TSchema, Type } from 'typebox';

/** A string that is one of a closed list. */
export const oneOf = <const Values extends readonly string[]>(values: Values, options: object = {}) =>
  Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], ...options });

/** Text of at most this many characters. */
export const text = (maxLength: number, options: object = {}) => Type.String({ maxLength, ...options });

/** The same, not empty. */
export const filled = (maxLength: number, options: object = {}) => text(maxLength, { minLength: 1, ...options });

/** A 64-bit integer id, in a path, a query or a body. */
export const int64 = (options: object = {}) => Type.Unsafe<number>({ type: 'integer', format: 'int64', ...options });

type SchemaNode = {
  type?: string;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  items?: SchemaNode;
  additionalProperties?: boolean;
};

/**
 * The request form of a resource's schema: unknown fields are refused, so that a misspelt one is never silently
 * dropped, and an optional field may be `null`, which means absent. `withoutNulls` turns the body into the static type.
 */
export function requestOf<Schema extends TSchema>(schema: Schema) {
  return Type.Unsafe<Static<Schema>>(closedNode(structuredClone(schema)));
}

function closedNode(node: SchemaNode): object {
  const closed: SchemaNode = { ...node };
  if (node.items) closed.items = closedNode(node.items);
  if (node.properties && node.additionalProperties !== true) {
    closed.additionalProperties = false;
    closed.properties = Object.fromEntries(
      Object.entries(node.properties).map(([name, property]) => {
        const inner = closedNode(property);
        return [name, node.required?.includes(name) ? inner : nullableNode(inner)];
      }),
    );
  }
  return closed;
}

const nullableNode = (node: { type?: string; enum?: unknown[] }): object => ({
  ...node,
  ...(node.type ? { type: [node.type, 'null'] } : {}),
  ...(node.enum ? { enum: [...node.enum, null] } : {}),
});

/** Removes fields whose value is `null`, at every depth: in a request, `null` means absent. */
export function withoutNulls<Value>(value: Value): Value {
  if (!holdsNull(value)) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => withoutNulls(item)) as Value;
  return Object.fromEntries(
    Object.entries(value as object)
      .filter(([, field]) => field !== null)
      .map(([name, field]) => [name, withoutNulls(field)]),
  ) as Value;
}

/** Looking costs a fraction of copying, and most bodies hold no `null`. */
function holdsNull(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const fields: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return fields.some((field) => (field === null && !Array.isArray(value)) || holdsNull(field));
}
