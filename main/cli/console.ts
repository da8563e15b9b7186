/** Exit codes of every command: done and positive, done and negative, wrong usage or bad input. */
export const exitCode = { positive: 0, negative: 1, badInput: 2 } as const;

/** Says on standard error, in one line, what is wrong with the input, and gives the exit code for it. */
export function refuse(sentence: string): number {
  process.stderr.write(`facelatch: ${sentence.replaceAll('\n', ' ')}\n`);
  return exitCode.badInput;
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Lines up columns; numbers to the right. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const numeric = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number' || /^[\d.,%-]+$/.test(String(row[column]))),
  );
  for (const row of cells) {
    const line = row.map((cell, column) =>
      numeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    printLine(line.join('  ').trimEnd());
  }
}

/** A progress bar on standard error, when that is a terminal. */
export class Progress {
  private readonly label: string;
  private readonly total: number;
  private done = 0;
  private readonly shown = process.stderr.isTTY === true;

  constructor(label: string, total: number) {
    this.label = label;
    this.total = total;
  }

  step(): void {
    this.done++;
    if (!this.shown) return;
    const width = 28;
    const filled = Math.round((this.done / Math.max(1, this.total)) * width);
    process.stderr.write(`\r${this.label} [${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${this.done}/${this.total}`);
    if (this.done >= this.total) process.stderr.write('\r\u001b[K');
  }
}
