import { spawn } from 'node:child_process';

/**
 * Runs a program to its end and keeps what it printed.
 * A program that cannot be started answers with code 127, as a shell would.
 * @returns {Promise<{code: number, stdout: string, stderr: string}>}
 */
export function capture(file, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      out.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      out.stderr += chunk;
    });
    child.on('error', (error) => resolve({ code: 127, stdout: out.stdout, stderr: error.message }));
    child.on('close', (code, signal) => resolve({ code: exitCodeOf(code, signal), ...out }));
  });
}

/** Runs a program to its end on this terminal. @returns {Promise<number>} its exit code, 127 if it could not be started */
export function show(file, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'inherit', ...options });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const settle = (code) => {
      for (const signal of signals) process.off(signal, forward);
      resolve(code);
    };
    child.on('error', () => settle(127));
    child.on('close', (code, signal) => settle(exitCodeOf(code, signal)));
  });
}

// A signal's death is told the way a shell tells it; 128 stands for "some signal".
function exitCodeOf(code, signal) {
  if (code !== null) return code;
  return { SIGINT: 130, SIGTERM: 143, SIGKILL: 137, SIGSEGV: 139, SIGABRT: 134 }[signal] ?? 128;
}
