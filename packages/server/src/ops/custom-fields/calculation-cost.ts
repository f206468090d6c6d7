import type { ASTNode } from '@marcbachmann/cel-js';
import { integerArgument, OnfileError } from '../../errors.ts';
import { functionCost, methodCost, type Reckoned, stepsOfChars } from './calculation-functions.ts';
import { recordShape } from './calculation-inputs.ts';
import { isUsable, patternFunction, stepsPerCharacter } from './calculation-pattern.ts';
import { charsOf, either, elementsOf, joined, listOf, type Shape, scalar, textOf } from './calculation-shape.ts';

type Scope = ReadonlyMap<string, Shape>;

/** A character of text in a pattern at its worst, measured at 0.15 µs. */
const stepsPerPatternStep = 3;
/** Of an error that the expression goes on after: the library finds its place in the text, line by line. */
const stepsOfError = ({ input }: ASTNode): number => 50 + Math.ceil(input.length / 2);

const place = (at: number) => ({ args: [integerArgument(at + 1)], reference: 'calculation' }) as const;
export const notUnderstood = (at: number, cause?: unknown) =>
  new OnfileError('errormessage.calculation.invalid', { ...place(at), cause });
const unknownField = ({ pos }: ASTNode) => new OnfileError('errormessage.calculation.field.unknown', place(pos));

/**
 * Reckons what an expression can cost on the largest record there can be, and finds which custom fields it reads, with
 * how large they can be. Throws 400 for what calculations do not have: functions that are not listed here, or fields that
 * do not exist.
 */
export function reckon(
  expression: ASTNode,
  fieldShapes: ReadonlyMap<string, Shape>,
): Reckoned & { reads: ReadonlyMap<string, Shape> } {
  const reads = new Map<string, Shape>();
  return { ...reckonNode(expression, new Map()), reads };

  function reckonNode(node: ASTNode, scope: Scope): Reckoned {
    switch (node.op) {
      case 'value':
        return { steps: 1, shape: typeof node.args === 'string' ? textOf(node.args.length) : scalar };
      case 'id': {
        const shape = scope.get(node.args);
        if (!shape) throw unknownField(node);
        return { steps: 1, shape };
      }
      case '.':
        return reckonAccess(node, node.args[0], node.args[1], null, scope);
      case '[]': {
        const [of, key] = node.args;
        const name = key.op === 'value' && typeof key.args === 'string' ? key.args : null;
        return reckonAccess(node, of, name, key, scope);
      }
      case 'call':
        return reckonCall(node, node.args[0], node.args[1], scope);
      case 'rcall':
        return reckonMethod(node, node.args, scope);
      case 'list': {
        const parts = node.args.map((part) => reckonNode(part, scope));
        return { steps: 1 + sum(parts), shape: collected(parts) };
      }
      case 'map': {
        const keys = node.args.map(([key]) => reckonNode(key, scope));
        const values = node.args.map(([, value]) => reckonNode(value, scope));
        return { steps: 1 + 2 * (sum(keys) + sum(values)), shape: collected(values) };
      }
      case '?:': {
        const [condition, one, other] = node.args.map((part) => reckonNode(part, scope)) as Triple;
        return { steps: 1 + sum([condition, one, other]), shape: either(one.shape, other.shape) };
      }
      case '!_':
      case '-_':
        return { steps: 1 + reckonNode(node.args, scope).steps, shape: scalar };
      case 'in':
        if (isRoot(node.args[1], 'fields', scope)) return reckonPresence(node.args[0]);
        return reckonBinary(node.op, node.args, scope);
      case '.?':
      case '[?]':
        throw notUnderstood(node.pos);
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return reckonBinary(node.op, node.args, scope);
      case '||':
      case '&&': {
        const { steps, shape } = reckonBinary(node.op, node.args, scope);
        return { steps: steps + stepsOfError(node), shape };
      }
    }
  }

  function reckonAccess(node: ASTNode, of: ASTNode, name: string | null, key: ASTNode | null, scope: Scope): Reckoned {
    if (isRoot(of, 'fields', scope)) {
      const shape = name === null ? undefined : fieldShapes.get(name);
      if (!shape || name === null) throw unknownField(node);
      reads.set(name, shape);
      return { steps: 2, shape };
    }
    const base = isRoot(of, 'record', scope) ? { steps: 1, shape: recordShape } : reckonNode(of, scope);
    const steps = 1 + base.steps + (key ? reckonNode(key, scope).steps : 0);
    const { fields, item = scalar } = base.shape;
    if (!fields) return { steps, shape: item };
    const shape = name !== null && Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!shape) throw unknownField(node);
    return { steps, shape };
  }

  /** `"seats__c" in fields` */
  function reckonPresence(id: ASTNode): Reckoned {
    const name = id.op === 'value' && typeof id.args === 'string' ? id.args : '';
    const shape = fieldShapes.get(name);
    if (!shape) throw unknownField(id);
    reads.set(name, shape);
    return { steps: 3, shape: scalar };
  }

  function reckonBinary(op: string, [left, right]: readonly [ASTNode, ASTNode], scope: Scope): Reckoned {
    const one = reckonNode(left, scope);
    const other = reckonNode(right, scope);
    const steps = 2 + one.steps + other.steps;
    switch (op) {
      case '+': {
        const shape = joined(one.shape, other.shape);
        return { steps: steps + stepsOfChars(shape.chars) + shape.items, shape };
      }
      case 'in': {
        const each = 2 + stepsOfChars(Math.min(one.shape.chars, other.shape.item?.chars ?? 0));
        return { steps: steps + elementsOf(other.shape) * each, shape: scalar };
      }
      default: {
        const compared = Math.min(one.shape.chars, other.shape.chars);
        const elements = Math.min(elementsOf(one.shape), elementsOf(other.shape));
        return { steps: steps + stepsOfChars(compared) + elements, shape: scalar };
      }
    }
  }

  function reckonCall(node: ASTNode, name: string, args: readonly ASTNode[], scope: Scope): Reckoned {
    const given = args.map((arg) => reckonNode(arg, scope));
    const own = functionCost(name, given[0]?.shape ?? scalar);
    if (!own) throw notUnderstood(node.pos);
    return { steps: sum(given) + own.steps, shape: own.shape };
  }

  function reckonMethod(node: ASTNode, call: [string, ASTNode, ASTNode[]], scope: Scope): Reckoned {
    const [name, receiver, args] = call;
    if (name === 'bind' && receiver.op === 'id' && receiver.args === 'cel') return reckonBinding(node, args, scope);
    const of = reckonNode(receiver, scope);
    if (loops.has(name)) return reckonLoop(node, name, of, args, scope);
    if (name === 'matches') return reckonMatch(call, of);
    const given = args.map((arg) => reckonNode(arg, scope));
    const own = methodCost(name, of.shape, given[0]?.shape ?? null);
    if (!own) throw notUnderstood(node.pos);
    return { steps: of.steps + sum(given) + own.steps, shape: own.shape };
  }

  /** The pattern stands in the expression itself, where it can be looked at beforehand. */
  function reckonMatch(call: [string, ASTNode, ASTNode[]], of: Reckoned): Reckoned {
    const [, receiver, [pattern]] = call;
    const text = pattern?.op === 'value' ? pattern.args : undefined;
    if (typeof text !== 'string' || !isUsable(text)) throw notUnderstood(pattern?.pos ?? receiver.pos);
    call[0] = patternFunction;
    const perCharacter = stepsPerPatternStep * stepsPerCharacter(text);
    return { steps: 2 + of.steps + perCharacter * (1 + of.shape.chars), shape: scalar };
  }

  function reckonLoop(node: ASTNode, name: string, of: Reckoned, args: readonly ASTNode[], scope: Scope): Reckoned {
    const { fields } = of.shape;
    const over = fields ? listOf(Object.keys(fields).length, textOf(100)) : of.shape;
    const [variable, ...bodies] = args;
    const inside = new Map(scope).set(variableOf(node, variable), over.item ?? scalar);
    const each = bodies.map((body) => reckonNode(body, inside));
    const survived = name === 'all' || name === 'exists' ? stepsOfError(node) : 0;
    const steps = 2 + of.steps + over.items * (3 + survived + sum(each));
    const made = each.at(-1)?.shape ?? scalar;
    if (name === 'map') return { steps, shape: listOf(over.items, made) };
    return { steps, shape: name === 'filter' ? over : scalar };
  }

  function reckonBinding(node: ASTNode, args: readonly ASTNode[], scope: Scope): Reckoned {
    const [variable, bound, body] = args;
    if (!bound || !body) throw notUnderstood(node.pos);
    const value = reckonNode(bound, scope);
    const result = reckonNode(body, new Map(scope).set(variableOf(node, variable), value.shape));
    return { steps: 2 + value.steps + result.steps, shape: result.shape };
  }
}

const loops = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);
type Triple = [Reckoned, Reckoned, Reckoned];

const sum = (parts: readonly Reckoned[]): number => parts.reduce((steps, part) => steps + part.steps, 0);

const collected = (parts: readonly Reckoned[]): Shape => ({
  chars: charsOf(parts.map(({ shape }) => shape)),
  text: 0,
  items: parts.length,
  item: parts.length > 0 ? parts.map(({ shape }) => shape).reduce(either) : undefined,
});

const isRoot = (node: ASTNode, name: string, scope: Scope): boolean =>
  node.op === 'id' && node.args === name && !scope.has(name);

function variableOf(node: ASTNode, variable: ASTNode | undefined): string {
  if (variable?.op !== 'id' || variable.args === 'fields' || variable.args === 'record') throw notUnderstood(node.pos);
  return variable.args;
}
