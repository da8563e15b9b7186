import { expect, it } from 'vitest';
import { readArguments } from '../../../main/app/arguments.ts';

const window = { profileDir: undefined, screenshotTo: undefined, exitWhenReady: false, guardian: true, wasLocked: false };

it.each([
  [[], { kind: 'window', options: window }],
  [['.', '--no-sandbox', '--remote-debugging-port=0'], { kind: 'window', options: window }],
  [['.', '--profile=/tmp/p', '--exit-when-ready'], { kind: 'window', options: { ...window, profileDir: '/tmp/p', exitWhenReady: true } }],
  [['.', '--profile', '/tmp/p'], { kind: 'window', options: { ...window, profileDir: '/tmp/p' } }],
  [['.', '--screenshot-to=a.png'], { kind: 'window', options: { ...window, screenshotTo: 'a.png' } }],
  [['.', '--no-guardian'], { kind: 'window', options: { ...window, guardian: false } }],
  [['.', '--was-locked'], { kind: 'window', options: { ...window, wasLocked: true } }],
  [['--guardian', '--disable-gpu'], { kind: 'guardian', address: undefined }],
  [['--guardian', '--guardian-link=\\\\.\\pipe\\a b', '--no-sandbox'], { kind: 'guardian', address: '\\\\.\\pipe\\a b' }],
  [['.', '--guardian-link=/run/link'], { kind: 'window', options: window }],
  [['.', '--cli', 'record', '--guardian'], { kind: 'cli', argv: ['record', '--guardian'] }],
  [['.', '--profile'], { kind: 'window', options: window }],
  [['.', '--cli', 'doctor', '--json'], { kind: 'cli', argv: ['doctor', '--json'] }],
  [['--cli'], { kind: 'cli', argv: [] }],
])('reads %j', (argv, start) => {
  expect(readArguments(argv)).toEqual(start);
});
