export const shortestPasscode = 6;
const longestPasscode = 256;

/** Why a passcode cannot be set, as a sentence; undefined when it can. Characters are counted as a person sees them, not as bytes. */
export function passcodeFault(passcode: string): string | undefined {
  const length = [...passcode.normalize('NFKC')].length;
  if (length < shortestPasscode) return `The passcode needs at least ${shortestPasscode} characters.`;
  if (length > longestPasscode) return `The passcode can have at most ${longestPasscode} characters.`;
  return undefined;
}
