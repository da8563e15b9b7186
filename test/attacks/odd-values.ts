import type { Random } from './random.ts';

class Impostor {
  readonly passcode = 'an instance of somebody';
}

const throwing = (): never => {
  throw new Error('a trap');
};

/** Values no page of ours ever sends: of every type there is, and objects that bite when they are looked at. */
const makers: readonly [(random: Random) => unknown, ...((random: Random) => unknown)[]] = [
  () => undefined,
  () => null,
  (random) => random.chance(0.5),
  (random) => random.pick([0, -0, 1, -1, 0.5, 7, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, 5e-324]),
  (random) => random.pick([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
  (random) => random.pick([0n, 1n, -1n, 2n ** 200n]),
  () => Symbol('kind'),
  () => Symbol.iterator,
  () => throwing,
  (random) => oddText(random),
  () => [],
  () => ['violet'],
  () => new Array(1_000),
  () => [[[[[[]]]]]],
  () => ({}),
  () => ({ length: 300 }),
  () => ({ toString: () => 'you', valueOf: () => 5 }),
  () => ({ toJSON: throwing }),
  () => Object.create(null),
  () => new Impostor(),
  () => new String('violet'),
  () => new Number(5),
  () => new Boolean(true),
  () => new Date(),
  () => new Date(Number.NaN),
  () => /(a+)+$/,
  () => new Map([['passcode', 'x']]),
  () => new Set(['you']),
  () => new WeakMap(),
  () => new Error('kind'),
  () => Promise.resolve({ passcode: 'x' }),
  // biome-ignore lint/suspicious/noThenProperty: a value that an await would call
  () => ({ then: (resolve: (value: unknown) => void) => resolve({ kind: 'done' }) }),
  () => new Uint8Array(64),
  () => new Float32Array(128),
  () => new Float64Array([Number.NaN]),
  () => new BigInt64Array(2),
  () => new ArrayBuffer(16),
  () => new SharedArrayBuffer(16),
  () => new DataView(new ArrayBuffer(8)),
  () => polluting(),
  () => new Proxy({}, { get: throwing, ownKeys: throwing, has: throwing, getPrototypeOf: throwing, getOwnPropertyDescriptor: throwing }),
  () => revoked(),
  () => Object.defineProperty({}, 'passcode', { enumerable: true, get: throwing }),
  () => cyclic(),
  () => deep(2_000),
  () => globalThis,
];

export function oddValue(random: Random): unknown {
  return random.pick(makers)(random);
}

/** Text that a parser, a trim, a length check or a log line could stumble over. */
export function oddText(random: Random): string {
  return random.pick<() => string>([
    () => '',
    () => ' ',
    () => '\0',
    () => '\r\nrequest look refused: forged line',
    () => '\ud800',
    () => '\u202e\u2066txt',
    () => '\u00a0\ufeff\u3000',
    () => 'é'.normalize('NFD').repeat(200),
    () => '👩‍👩‍👧‍👦'.repeat(40),
    () => '__proto__',
    () => 'constructor',
    () => 'toString',
    () => '../../../../etc/passwd',
    () => 'app://facelatch/index.html',
    () => "' OR 1=1 --",
    () => '%00%2e%2e',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text that somebody might evaluate
    () => '${process.exit()}',
    () => '<img src=x onerror=alert(1)>',
    () => 'x'.repeat(random.int(400)),
    () => (random.chance(0.01) ? ' '.repeat(1_000_000) : 'y'.repeat(4_097)),
    () => String.fromCharCode(random.int(65_536), random.int(65_536), random.int(65_536)),
  ])();
}

/** An object with a key of its own that is called `__proto__`, as JSON and structured clones can carry. */
function polluting(): unknown {
  return JSON.parse('{"__proto__":{"kind":"done","isLocked":false,"passcode":"x"},"constructor":{"prototype":{"isLocked":false}}}');
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function cyclic(): unknown {
  const ring: Record<string, unknown> = { passcode: 'x' };
  ring.self = ring;
  return ring;
}

function deep(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let i = 0; i < levels; i += 1) value = { passcode: value };
  return value;
}
