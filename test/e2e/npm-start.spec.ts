import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './app.ts';
import { projectDir } from './places.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm start` where no display is; `onOutput` sees all it has said so far. */
function npmStart(args: readonly string[], onOutput: (stdout: string, interrupt: () => void) => void = () => {}): Promise<Ended> {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
  const child = spawn(process.execPath, [join(projectDir, 'scripts', 'start.mjs'), ...args], { env });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.stdout += String(chunk);
    onOutput(said.stdout, () => child.kill('SIGINT'));
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.stderr += String(chunk);
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

const displayOf = (stdout: string): string => /virtual display :(\d+)/.exec(stdout)?.[1] ?? '';

test.describe('npm start on a machine without a display', () => {
  test.skip(process.platform !== 'linux', 'other systems always have one');

  test('brings a display, shows the first window, leaves its picture and ends when asked to', async ({ profileDir }) => {
    const { code, stdout, stderr } = await npmStart(['--exit-when-ready', `--profile=${profileDir}`]);
    expect(stderr).not.toContain('Facelatch ended');
    expect(code).toBe(0);
    expect(stdout).toContain('the window is up; its picture: .cache/welcome.png');
    expect(stdout).not.toContain('Bringing');
    const picture = await readFile(join(projectDir, '.cache', 'welcome.png'));
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
    expect(existsSync(`/tmp/.X11-unix/X${displayOf(stdout)}`)).toBe(false);
  });

  test('runs until Ctrl+C, and leaves no display behind', async ({ profileDir }) => {
    const { code, stdout } = await npmStart([`--profile=${profileDir}`], (text, interrupt) => {
      if (text.includes('the window is up')) interrupt();
    });
    expect(code).toBe(0);
    expect(stdout).toContain('the window is up');
    expect(existsSync(`/tmp/.X11-unix/X${displayOf(stdout)}`)).toBe(false);
  });
});
