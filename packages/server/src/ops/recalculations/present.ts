import type { Recalculation } from '../../contract/recalculation.ts';
import type { TaskRow, TaskState } from '../../store/background-tasks.ts';
import { presentTask } from '../background-tasks/present.ts';
import type { RecalculationProgress } from './progress.ts';

/** A recalculation needs no input that it could be open for. */
const shownState = (state: TaskState): Recalculation['state'] => (state === 'open' ? 'waiting' : state);

export function presentRecalculation(task: TaskRow): Recalculation {
  const { seen, changed, failed } = task.progress as RecalculationProgress;
  return { ...presentTask(task), state: shownState(task.state), seen, changed, failed };
}
