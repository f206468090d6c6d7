import type { Calculation } from './calculation.ts';

/**
 * Puts calculations after those whose results they read. What depends on itself has no place; the first circle found is
 * named by the ids of its fields, beginning and ending with the same one.
 */
export function inOrder(calculations: readonly Calculation[]): { ordered: Calculation[]; circle: string[] | null } {
  const byId = new Map(calculations.map((calculation) => [calculation.field.custom_field_id, calculation]));
  const ordered: Calculation[] = [];
  const states = new Map<string, 'open' | 'placed' | 'circular'>();
  let circle: string[] | null = null;

  function place(id: string, calculation: Calculation, path: readonly string[]): boolean {
    const state = states.get(id);
    if (state === 'open') circle ??= [...path.slice(path.indexOf(id)), id];
    if (state) return state === 'placed';
    states.set(id, 'open');
    let isPlaced = true;
    for (const read of calculation.reads.keys()) {
      const other = byId.get(read);
      if (other && !place(read, other, [...path, id])) isPlaced = false;
    }
    states.set(id, isPlaced ? 'placed' : 'circular');
    if (isPlaced) ordered.push(calculation);
    return isPlaced;
  }

  for (const [id, calculation] of byId) place(id, calculation, []);
  return { ordered, circle };
}
