/**
 * Something names a key that this process has not read, or that was destroyed. Whoever meets it reads the keys again: a
 * process that was held up may have missed a rotation.
 */
export class UnknownKey extends Error {
  override readonly name = 'UnknownKey';
  constructor() {
    super('a sealed value names a key that is not known');
  }
}
