/**
 * Keystream of ChaCha20 (RFC 8439, 2.3 and 2.4) from block `firstBlock` on. Key of 32 bytes, nonce of 12. Used to stretch a secret into as many unguessable
 * numbers as a transform needs, in a room that imports nothing; nothing is encrypted with it.
 */
export function chacha20Keystream(key: Uint8Array, nonce: Uint8Array, firstBlock: number, byteCount: number): Uint8Array {
  if (key.length !== 32 || nonce.length !== 12) throw new Error('ChaCha20 takes a key of 32 bytes and a nonce of 12');
  const state = new Uint32Array(16);
  state.set([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);
  state.set(littleEndianWords(key), 4);
  state.set(littleEndianWords(nonce), 13);
  const stream = new Uint8Array(Math.ceil(byteCount / 64) * 64);
  for (let block = 0; block * 64 < byteCount; block++) {
    state[12] = firstBlock + block;
    stream.set(blockBytes(state), block * 64);
  }
  return stream.subarray(0, byteCount);
}

function blockBytes(state: Uint32Array): Uint8Array {
  const work = Uint32Array.from(state);
  for (let round = 0; round < 10; round++) {
    for (let column = 0; column < 4; column++) quarterRound(work, column, 4 + column, 8 + column, 12 + column);
    for (let diagonal = 0; diagonal < 4; diagonal++) {
      quarterRound(work, diagonal, 4 + ((diagonal + 1) % 4), 8 + ((diagonal + 2) % 4), 12 + ((diagonal + 3) % 4));
    }
  }
  const bytes = new DataView(new ArrayBuffer(64));
  for (const [index, word] of work.entries()) bytes.setUint32(index * 4, word + (state[index] as number), true);
  return new Uint8Array(bytes.buffer);
}

function quarterRound(work: Uint32Array, a: number, b: number, c: number, d: number): void {
  addAndTurn(work, a, b, d, 16);
  addAndTurn(work, c, d, b, 12);
  addAndTurn(work, a, b, d, 8);
  addAndTurn(work, c, d, b, 7);
}

/** to += from; turned = (turned ^ to) rotated left by `bits`. */
function addAndTurn(work: Uint32Array, to: number, from: number, turned: number, bits: number): void {
  work[to] = (work[to] as number) + (work[from] as number);
  const mixed = (work[turned] as number) ^ (work[to] as number);
  work[turned] = (mixed << bits) | (mixed >>> (32 - bits));
}

function littleEndianWords(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 4 }, (_, index) => view.getUint32(index * 4, true));
}
