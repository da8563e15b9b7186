import { statSync } from 'node:fs';
import { basename, dirname, isAbsolute } from 'node:path';
import { type Command, findOsLocker, findProgram, type LockerSurroundings, type OsLocker } from './os-locker.ts';

/*
 * The owner's own lock command, for a desktop whose locker we do not know. It is one program with arguments and is never given to a shell. What is refused
 * here is what could not lock, or what somebody else could change into something else.
 */

export type LockCommandReading =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'refused'; readonly sentence: string };

const lengthLimit = 500;
const argumentLimit = 20;
/** On Windows these are lines for a shell, and Node starts none of them without one. */
const batchFile = /\.(bat|cmd)$/i;
/** Whoever writes these expects a shell. */
const shellSigns = /[|&;<>()$`{}]/;
const shells = new Set([
  'sh',
  'bash',
  'dash',
  'zsh',
  'fish',
  'ksh',
  'csh',
  'tcsh',
  'busybox',
  'env',
  'sudo',
  'cmd.exe',
  'powershell.exe',
  'pwsh',
]);

/** Reads a command as it is typed: words, with double quotes around one that holds blanks. The program is found now, so that the search path of later is no matter. */
export function readLockCommand(text: string): LockCommandReading {
  if (text.length > lengthLimit) return refuse(`A lock command has at most ${lengthLimit} characters.`);
  if (/\p{C}/u.test(text)) return refuse('A lock command has no line ends and no invisible characters.');
  if (shellSigns.test(text)) return refuse('A lock command is one program with its arguments, not a line for a shell.');
  if ((text.match(/"/g) ?? []).length % 2 !== 0) return refuse('A quotation mark is not closed.');
  const words = (text.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', ''));
  return checkLockCommand(words);
}

/** The same for a command kept from before: it may have become another since. */
export function checkLockCommand([name, ...args]: readonly string[]): LockCommandReading {
  if (name === undefined || name === '') return refuse('Name the program that locks the screen.');
  if (args.length > argumentLimit) return refuse(`A lock command has at most ${argumentLimit} arguments.`);
  if (!isAbsolute(name) && /[\\/]/.test(name)) return refuse('Name the program alone or by its full path.');
  if (shells.has(basename(name).toLowerCase())) return refuse(`${basename(name)} runs other programs: name the locker itself.`);
  if (batchFile.test(name)) return refuse(`${basename(name)} is a script for a shell: name the locker itself.`);
  if ([name, ...args].some((word) => /unlock/i.test(word))) return refuse('A command that unlocks is no lock command.');
  const file = findProgram(name);
  if (file === undefined) return refuse(`There is no program ${name} here.`);
  const fault = programFault(file);
  return fault === undefined ? { kind: 'command', command: { file, args } } : refuse(fault);
}

/** What locks this desktop, and why it is not the owner's own command where they set one. */
export interface ChosenLocker {
  readonly locker: OsLocker;
  readonly fault: string | undefined;
}

/** The owner's own command where it still holds, else the system's usual locker: some locker is better than none. */
export function chooseLocker(own: readonly string[] | undefined, surroundings: LockerSurroundings): ChosenLocker {
  if (own === undefined) return { locker: findOsLocker(surroundings), fault: undefined };
  const reading = checkLockCommand(own);
  if (reading.kind === 'refused') return { locker: findOsLocker(surroundings), fault: reading.sentence };
  return { locker: { kind: 'available', name: lockCommandText(reading.command), command: reading.command }, fault: undefined };
}

/** The command as it would be typed. */
export function lockCommandText({ file, args }: Command): string {
  return [file, ...args].map((word) => (/\s/.test(word) || word === '' ? `"${word}"` : word)).join(' ');
}

function programFault(file: string): string | undefined {
  const program = statSync(file, { throwIfNoEntry: false });
  if (program === undefined || !program.isFile()) return `${file} is no program.`;
  if (process.platform === 'win32') return undefined;
  const folder = statSync(dirname(file), { throwIfNoEntry: false });
  const isAnybodys = [program, folder].some((entry) => entry === undefined || (entry.mode & 0o002) !== 0);
  return isAnybodys ? `Anybody on this computer could put another program in the place of ${file}.` : undefined;
}

function refuse(sentence: string): LockCommandReading {
  return { kind: 'refused', sentence };
}
