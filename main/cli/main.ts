import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bench } from './bench.ts';
import { calibrate } from './calibrate.ts';
import { exitCode, printLine, refuse } from './console.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { experiment } from './experiment.ts';
import { record } from './record.ts';
import { simulate } from './simulate.ts';

const commands: Readonly<Record<string, (args: string[]) => Promise<number>>> = {
  doctor,
  simulate,
  evaluate,
  record,
  calibrate,
  bench,
  experiment,
};

const usage = `Usage: facelatch COMMAND

  doctor [--json] [--profile DIR]       what is here, what is missing and the line that mends it
  simulate [--model M] [--json]         register, unlock, strangers and photographs on the built-in recordings
  evaluate pairs --images DIR --pairs FILE|all [--people FILE] [--model M]... [--modality colour|depth] [--det FILE.svg] [--json]
  evaluate recordings DIR [--format vap] [--people FILE] [--model M]... [--modality colour|depth] [--gates off] [--protocol all]
                      [--registration as-recorded] [--det FILE.svg] [--map FILE.svg] [--json]
  evaluate calibrate-fusion (DIR | --images DIR) [--people FILE] [--json]
  record --camera ID --out DIR --seconds N
  calibrate --camera ID --out FILE.json [--seconds N] [--json]
  bench [--json]                        how long each stage takes here
  experiment poisoning [--json]         attacks that feed the templates, with the guard and without
  experiment attacks --recordings DIR [--real DIR] [--observations FILE] [--json]   who gets past liveness and the lock, and whom it refuses
  experiment attention (--recordings DIR [--observations FILE] | --photographs DIR...) [--json]
                                        who gets in with eyes closed, whom attention refuses
  experiment year --recordings DIR [--observations FILE] [--json]
                                        a year of changing faces, with adaptation and without

M is sface, rgbd or fused; evaluate takes several, or all.
Exit codes: 0 done and positive, 1 done and negative, 2 wrong usage or bad input.`;

/** Runs one command and gives its exit code. Wrong options are refused in one line. */
export async function runCli(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv;
  if (name === '--help' || name === 'help') {
    printLine(usage);
    return exitCode.positive;
  }
  const command = name === undefined ? undefined : commands[name];
  if (command === undefined)
    return refuse(`${name === undefined ? 'name a command' : `there is no command "${name}"`}: ${Object.keys(commands).join(', ')}.`);
  try {
    return await command(args);
  } catch (error) {
    // parseArgs says in one sentence what is wrong with an option; anything else is a bug and says so.
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) return refuse(error.message);
    return refuse(`${name} failed unexpectedly: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function startedDirectly(): boolean {
  const entry = process.argv[1];
  try {
    return entry !== undefined && realpathSync(entry) === fileURLToPath(import.meta.url);
  } catch {
    return false;
  }
}

if (startedDirectly()) {
  // Whoever reads the output may stop early (`| head`): that is no failure worth a stack trace.
  process.stdout.on('error', () => process.exit());
  process.exitCode = await runCli(process.argv.slice(2));
}
