import { parseArgs } from 'node:util';

/** What the app was started for. */
export type Start =
  | { readonly kind: 'window'; readonly options: WindowStart }
  /** `--cli COMMAND …`: the command line tool, without a window. */
  | { readonly kind: 'cli'; readonly argv: readonly string[] }
  /** The guardian process of an installed app: no window, nothing of the vault. Without an address it is spoken to on its standard streams. */
  | { readonly kind: 'guardian'; readonly address: string | undefined };

const guardianSwitch = '--guardian';
/** The guardian's own: the socket that the app waits at. */
const guardianLinkSwitch = '--guardian-link';
/** The guardian's own: the app it starts again died while locked. */
export const wasLockedSwitch = '--was-locked';

/** Switches that make an installed binary a guardian without display and graphics, spoken to at a socket where an `address` is given. */
export function guardianArguments(platform: NodeJS.Platform, address?: string): readonly string[] {
  const withoutDisplay = platform === 'linux' ? ['--ozone-platform=headless'] : [];
  const link = address === undefined ? [] : [`${guardianLinkSwitch}=${address}`];
  return [guardianSwitch, '--disable-gpu', ...withoutDisplay, ...link];
}

export interface WindowStart {
  /** Folder that holds everything Facelatch keeps; the system's usual place when absent. */
  readonly profileDir: string | undefined;
  /** Saves a picture of the first window there as soon as it shows something. */
  readonly screenshotTo: string | undefined;
  /** Ends as soon as the first window shows something. */
  readonly exitWhenReady: boolean;
  /** False by `--no-guardian`: then nothing watches over a locked screen but the app itself. For development and tests. */
  readonly guardian: boolean;
  /** The guardian started this process in the place of one that died while locked. */
  readonly wasLocked: boolean;
}

/** Reads the app's own switches; Chromium's, which share the line, are left to it. */
export function readArguments(argv: readonly string[]): Start {
  const cli = argv.indexOf('--cli');
  if (cli >= 0) return { kind: 'cli', argv: argv.slice(cli + 1) };
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    options: {
      'guardian-link': { type: 'string' },
      profile: { type: 'string' },
      'screenshot-to': { type: 'string' },
      'exit-when-ready': { type: 'boolean' },
      'no-guardian': { type: 'boolean' },
      'was-locked': { type: 'boolean' },
    },
  });
  if (argv.includes(guardianSwitch)) return { kind: 'guardian', address: asText(values['guardian-link']) };
  return {
    kind: 'window',
    options: {
      profileDir: asText(values.profile),
      screenshotTo: asText(values['screenshot-to']),
      exitWhenReady: values['exit-when-ready'] === true,
      guardian: values['no-guardian'] !== true,
      wasLocked: values['was-locked'] === true,
    },
  };
}

/** Without strictness a switch that lacks its value reads as `true`. */
function asText(value: string | boolean | (string | boolean)[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
