import { runGuardian } from '../../../main/session/guardian.ts';

/** The guardian alone. guardian-child.ts [ADDRESS]: with one its standard streams are out of bounds, as an installed Windows app has none. */
const [address] = process.argv.slice(2);
if (address !== undefined) {
  const outOfBounds = {
    get(): never {
      throw new Error('a standard stream was touched');
    },
  };
  Object.defineProperties(process, { stdin: outOfBounds, stdout: outOfBounds });
}
runGuardian(address);
