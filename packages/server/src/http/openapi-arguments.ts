import { argumentShapes } from '../contract/error-body.ts';

const withoutRequired = (shape: object): object => ({ ...shape, required: [] });

type TypedArgs = { items: object };
type Told = { properties: { typedArgs: TypedArgs } };
type ErrorBodySchema = { properties: { typedArgs: TypedArgs; errors: { items: Told } } };

/**
 * Adds to an OpenAPI document the shape of each type of argument, wherever an error has some. Only said there: in the
 * schema itself each serializer of a route would weigh all of them.
 */
export function describeArguments<Document extends object>(document: Document): Document {
  const { components } = document as { components?: { schemas?: { ErrorBody?: ErrorBodySchema } } };
  const body = components?.schemas?.ErrorBody;
  if (!body) return document;
  const { typedArgs, errors } = body.properties;
  for (const described of [typedArgs, errors.items.properties.typedArgs]) {
    // Beside the fields of the contract, whose two are optional, rather than in their place.
    described.items = { ...described.items, allOf: [{ oneOf: argumentShapes.map(withoutRequired) }] };
  }
  return document;
}
