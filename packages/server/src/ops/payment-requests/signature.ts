import { OnfileError } from '../../errors.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';

const drawn = /^data:image\/png;base64,(?<base64>[0-9A-Za-z+/]+={0,2})$/;
const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');
const longestTyped = 200;

/**
 * A signature under a mandate: drawn, as a PNG image in a `data:` URL, or the name as typed; undefined for a blank one,
 * which nobody signed. Throws 400 naming the field when it is neither, or is required and missing.
 */
export function checkSignature(
  signature: string | undefined,
  required: boolean,
  reference: string,
): string | undefined {
  if (signature === undefined || signature.trim() === '') {
    if (required) throw new OnfileError('errormessage.mandate.signature.required', { reference });
    return undefined;
  }
  if (isDrawn(signature)) return signature;
  if (signature.startsWith('data:') || signature.length > longestTyped) {
    throw new OnfileError('errormessage.mandate.signature.invalid', { reference });
  }
  refuseCardNumbers(signature, reference);
  return signature;
}

function isDrawn(signature: string): boolean {
  const base64 = drawn.exec(signature)?.groups?.base64;
  return base64 !== undefined && Buffer.from(base64, 'base64').subarray(0, pngSignature.length).equals(pngSignature);
}
