import { oddText, oddValue } from './odd-values.ts';
import type { Random } from './random.ts';

type Plain = Record<string, unknown>;

/** A message like `sample`, broken in one to three ways; sometimes whole, sometimes something else altogether. */
export function mutated(sample: unknown, random: Random): unknown {
  if (random.chance(0.1)) return sample;
  if (random.chance(0.1)) return oddValue(random);
  let value = sample;
  for (let times = 1 + random.int(3); times > 0; times -= 1) value = brokenOnce(value, random);
  return value;
}

function brokenOnce(value: unknown, random: Random): unknown {
  try {
    return isPlain(value) ? inSomePlace(value, random) : oddValue(random);
  } catch {
    // It bites whoever looks into it: broken enough.
    return value;
  }
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Breaks the object itself or, as often, something within it. */
function inSomePlace(object: Plain, random: Random): unknown {
  const within = Object.keys(object).filter((key) => isPlain(object[key]));
  const [first, ...rest] = within;
  if (first === undefined || random.chance(0.3)) return broken(object, random);
  const key = random.pick([first, ...rest]);
  return { ...object, [key]: inSomePlace(object[key] as Plain, random) };
}

function broken(object: Plain, random: Random): unknown {
  const key = random.pick([...(Object.keys(object) as [string, ...string[]]), 'passcode']);
  return random.pick([
    () => without(object, key),
    () => ({ ...object, [key]: oddValue(random) }),
    () => ({ ...object, [key]: oddText(random) }),
    () => ({ ...object, [key]: nearly(object[key], random) }),
    () => ({ ...object, [key]: [object[key]] }),
    () => ({ ...object, [key]: { ...object } }),
    () => ({ ...object, [random.pick(['extra', 'kind', 'isLocked', 'sender', '__defineGetter__', ''])]: oddValue(random) }),
    () => ({ ...object, [Symbol('kind')]: oddValue(random) }),
    () => Object.defineProperty({ ...object }, '__proto__', { enumerable: true, value: oddValue(random) }),
    () => swapped(object, random),
    () => Object.create(object) as unknown,
    () => Object.assign(Object.create(null), object),
    () => Object.freeze({ ...object }),
    () => [object],
    () => Object.entries(object),
    () => new Map(Object.entries(object)),
    () => JSON.stringify(object, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    () => turning({ ...object }, key, random),
    () => new Proxy({ ...object }, {}),
  ])();
}

function without(object: Plain, key: string): Plain {
  const { [key]: _, ...rest } = object;
  return rest;
}

/** A value close to the right one: what a careless comparison would take for it. */
function nearly(value: unknown, random: Random): unknown {
  if (typeof value === 'number')
    return random.pick([
      value + 1,
      -value,
      value + 0.5,
      value * 1e9,
      String(value),
      Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n,
    ]);
  if (typeof value === 'boolean') return random.pick<unknown>([!value, Number(value), String(value)]);
  if (typeof value !== 'string') return oddValue(random);
  return random.pick<() => unknown>([
    () => value.slice(0, -1),
    () => value.slice(1),
    () => `${value} `,
    () => ` ${value}`,
    () => `${value}\0`,
    () => `${value}\n`,
    () => value.toUpperCase(),
    () => value + value,
    () => [...value].reverse().join(''),
    () => [...value],
    () => new String(value),
    () => ({ toString: () => value }),
    () => new TextEncoder().encode(value),
    () => `${value.slice(0, 1)}\u200b${value.slice(1)}`,
  ])();
}

function swapped(object: Plain, random: Random): Plain {
  const keys = Object.keys(object);
  const values = keys.map((key) => object[key]);
  return Object.fromEntries(keys.map((key, index) => [key, values[(index + 1 + random.int(2)) % values.length]]));
}

/** A key whose value is another one each time it is read: right while it is checked, wrong when it is used. */
function turning(object: Plain, key: string, random: Random): Plain {
  let reads = 0;
  const right = object[key];
  return Object.defineProperty(object, key, {
    enumerable: true,
    configurable: true,
    get: () => (reads++ === 0 ? right : oddValue(random)),
  });
}
