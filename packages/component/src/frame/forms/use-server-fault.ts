import { useEffect } from 'preact/hooks';
import type { FieldFault } from '../flow/phase.ts';
import type { FormProps } from './form-props.ts';

const nowhere = (): boolean => false;

/** Shows what the server found wrong at its field, if `place` finds one, and above the form otherwise. */
export function useServerFault(
  { fault, onUnplacedFault }: Pick<FormProps, 'fault' | 'onUnplacedFault'>,
  place: (fault: FieldFault) => boolean = nowhere,
): void {
  useEffect(() => {
    if (fault && !place(fault)) onUnplacedFault(fault);
  }, [fault]);
}
