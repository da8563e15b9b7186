/**
 * A failure a person can meet and mend. Its message is one sentence for standard error; anything else that is thrown is a bug and keeps its stack.
 */
export class Failure extends Error {
  /**
   * @param {string} sentence what is wrong and what to do about it
   * @param {number} exitCode 1: something failed; 2: the machine or the input lacks something the person must bring
   */
  constructor(sentence, exitCode = 1) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** Runs a script's body; a Failure becomes its sentence and its exit code. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    process.stderr.write(error instanceof Failure ? `${error.message}\n` : `${error?.stack ?? error}\n`);
    process.exitCode = error instanceof Failure ? error.exitCode : 1;
  }
}
