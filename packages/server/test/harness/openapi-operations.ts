import type { TestServer } from './server.ts';

/** What the tests read of a JSON Schema. */
export type SchemaNode = {
  type?: string | string[];
  enum?: unknown[];
  maxLength?: number;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  items?: SchemaNode;
  additionalProperties?: boolean;
};

/** One operation of the OpenAPI document. */
export type Operation = {
  /** Such as `GET /contacts/{tenantId}`. */
  name: string;
  method: string;
  path: string;
  tag: string;
  security: string | null;
  scope: string | null;
  pathNames: string[];
  query: Record<string, SchemaNode>;
  body: SchemaNode | null;
  /** Statuses and the schemas of their answers. */
  answers: Record<string, SchemaNode>;
};

type Parameter = { name: string; in: string; schema: SchemaNode };
type Content = { content?: { 'application/json'?: { schema: SchemaNode } } };
type Documented = {
  tags: string[];
  description?: string;
  security?: Record<string, unknown>[];
  parameters?: Parameter[];
  requestBody?: Content;
  responses: Record<string, Content>;
};

/** Anybody may read it without a credential: the key sets by which others verify our tokens. */
export const isPublic = ({ method, security }: Operation): boolean => method === 'GET' && security === null;

const schemaOf = (part: Content | undefined): SchemaNode | null => part?.content?.['application/json']?.schema ?? null;

function operationOf(method: string, path: string, documented: Documented): Operation {
  const parameters = documented.parameters ?? [];
  const [scheme] = Object.keys(documented.security?.[0] ?? {});
  return {
    name: `${method} ${path}`,
    method,
    path,
    tag: documented.tags[0] ?? '',
    security: scheme ?? null,
    scope: /Needs the scope `(\w+)`/.exec(documented.description ?? '')?.[1] ?? null,
    pathNames: parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
    query: Object.fromEntries(
      parameters.filter((parameter) => parameter.in === 'query').map(({ name, schema }) => [name, schema]),
    ),
    body: schemaOf(documented.requestBody),
    answers: Object.fromEntries(
      Object.entries(documented.responses).map(([status, answer]) => [status, schemaOf(answer) ?? {}]),
    ),
  };
}

/** Every operation that the server documents. */
export async function operationsOf(server: TestServer): Promise<Operation[]> {
  const { body } = await server.call('GET', '/openapi.json');
  const paths: Record<string, Record<string, Documented>> = body.paths;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, documented]) => operationOf(method.toUpperCase(), path, documented)),
  );
}

/** The paths of all fields of a body that have a type, lists by their first item, such as `tokens[0].token`. */
export function fieldsOf(schema: SchemaNode, path = ''): [path: string, node: SchemaNode][] {
  const own: [string, SchemaNode][] = path !== '' && schema.type !== undefined ? [[path, schema]] : [];
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, node]) =>
    fieldsOf(node, path === '' ? name : `${path}.${name}`),
  );
  return [...own, ...inner, ...(schema.items ? fieldsOf(schema.items, `${path}[0]`) : [])];
}
