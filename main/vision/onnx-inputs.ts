/** One field of a protocol buffer message, as it lies in its bytes. `body`: what a length-delimited field holds. */
interface Field {
  readonly number: number;
  readonly whole: Uint8Array;
  readonly body: Uint8Array | undefined;
}

/** Field numbers of ONNX's messages (onnx.proto). */
const field = { modelGraph: 7, graphInitializer: 5, graphInput: 11, inputName: 1, initializerName: 8 } as const;

/**
 * An ONNX model whose weights are no longer listed among the graph's inputs. Files of before IR version 4, SFace's among them, list them there: ONNX Runtime then takes every weight for
 * something the caller may replace at each run, and folds nothing into it. The same numbers come out, sooner. Bytes that are no such model come back as they are.
 */
export function withoutWeightsAsInputs(model: Uint8Array): Uint8Array {
  const fields = fieldsOf(model);
  const graph = fields?.find(({ number }) => number === field.modelGraph);
  const parts = graph?.body === undefined ? undefined : fieldsOf(graph.body);
  if (fields === undefined || graph === undefined || parts === undefined) return model;
  const weights = new Set(
    parts.flatMap(({ number, body }) => (number === field.graphInitializer ? [nameOf(body, field.initializerName)] : [])),
  );
  const kept = parts.filter(({ number, body }) => number !== field.graphInput || !weights.has(nameOf(body, field.inputName)));
  if (kept.length === parts.length) return model;
  const bytes = kept.reduce((sum, { whole }) => sum + whole.length, 0);
  const head = Uint8Array.from([...varint((field.modelGraph << 3) | 2), ...varint(bytes)]);
  return joined(fields.flatMap((each) => (each === graph ? [head, ...kept.map(({ whole }) => whole)] : [each.whole])));
}

function nameOf(message: Uint8Array | undefined, number: number): string | undefined {
  const name = message === undefined ? undefined : fieldsOf(message)?.find((each) => each.number === number)?.body;
  return name === undefined ? undefined : new TextDecoder().decode(name);
}

/** Takes a message apart; `undefined` where its bytes are no message. */
function fieldsOf(message: Uint8Array): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  while (at < message.length) {
    const tag = readVarint(message, at);
    if (tag === undefined) return undefined;
    const ends = endOf(message, tag.end, tag.value % 8);
    if (ends === undefined || ends.end > message.length) return undefined;
    fields.push({
      number: Math.floor(tag.value / 8),
      whole: message.subarray(at, ends.end),
      body: ends.body === undefined ? undefined : message.subarray(ends.body, ends.end),
    });
    at = ends.end;
  }
  return fields;
}

/** Where a field ends that begins after its tag, and where its body begins if it has one. */
function endOf(message: Uint8Array, at: number, wireType: number): { end: number; body?: number } | undefined {
  switch (wireType) {
    case 0: {
      const number = readVarint(message, at);
      return number === undefined ? undefined : { end: number.end };
    }
    case 1:
      return { end: at + 8 };
    case 2: {
      const length = readVarint(message, at);
      return length === undefined ? undefined : { end: length.end + length.value, body: length.end };
    }
    case 5:
      return { end: at + 4 };
    default:
      return undefined;
  }
}

/** Arithmetic and not shifts: lengths may pass 2^31. Ten bytes at most; numbers beyond 2^53 lose digits, and none of them is a length. */
function readVarint(message: Uint8Array, at: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = message[at + index];
    if (byte === undefined) return undefined;
    value += (byte % 128) * 128 ** index;
    if (byte < 128) return { value, end: at + index + 1 };
  }
  return undefined;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
