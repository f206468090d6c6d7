import { integerArgument, OnfileError } from '../errors.ts';
import { refuseCardNumbers } from './card-number-scan.ts';

const mostCharacters = 200;

/** Checks what people call a tenant, a key or a client. Throws 400, reference `name`, when it is empty or too long. */
export function checkName(name: string): void {
  if (name.trim() === '') throw new OnfileError('errormessage.validation.required', { reference: 'name' });
  if (name.length > mostCharacters) {
    throw new OnfileError('errormessage.validation.length', {
      reference: 'name',
      args: [integerArgument(1), integerArgument(mostCharacters)],
    });
  }
  refuseCardNumbers(name, 'name');
}
