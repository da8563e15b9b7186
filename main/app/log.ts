import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Takes one line for whoever mends things. Never given a passcode, a vector, a distance or a payload. */
export type Log = (line: string) => void;

const fullAtBytes = 1_000_000;

/** A log in a file that only its owner reads, and on standard error. The old file is kept once when it is full. A full disk silences it. */
export function openLog(file: string): Log {
  return (line) => {
    const stamped = `${new Date().toISOString()} ${line.replaceAll('\n', ' ⏎ ')}\n`;
    process.stderr.write(stamped);
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      if (sizeOf(file) > fullAtBytes) renameSync(file, `${file}.old`);
      appendFileSync(file, stamped, { mode: 0o600 });
    } catch {
      // Nowhere to write that it cannot be written; standard error has the line.
    }
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** An error in one line, with where it came from. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
