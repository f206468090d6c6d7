import { type Static, Type } from 'typebox';
import { taskFields } from './background-task.ts';
import { pageOf } from './records-dialect.ts';
import { oneOf } from './schema.ts';

const recalculationStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;

const count = (description: string) => Type.Integer({ minimum: 0, description });

/** One walk over all records, after definitions of custom fields changed or when somebody asked for it. */
export const Recalculation = Type.Object({
  ...taskFields,
  state: oneOf(recalculationStates),
  seen: count('Records that were looked at'),
  changed: count('Those that got a new version, because a value or an error differed'),
  failed: count('Those of which a calculated field failed; each tells of it in `sys_calculated_field_errors`'),
});
export type Recalculation = Static<typeof Recalculation>;

export const RecalculationPage = pageOf(Recalculation);
