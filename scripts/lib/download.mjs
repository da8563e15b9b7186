/**
 * Brings one file over https (or http). Nobody answering within `connectWithinMs`, or no byte for `idleWithinMs`, counts as unreachable.
 * @param {string} url
 * @param {object} options
 * @param {number} options.bytes how long the file is; more is not read
 * @param {number} [options.connectWithinMs] short, so that a network that reaches only the npm registry falls through soon
 * @param {number} [options.idleWithinMs]
 * @param {(doneBytes: number) => void} [options.onProgress]
 * @returns {Promise<Buffer>}
 * @throws {Error} with a reason fit to follow the address in a sentence
 */
export async function download(url, { bytes, connectWithinMs = 6000, idleWithinMs = 30_000, onProgress = () => {} }) {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), connectWithinMs);
  const chunks = [];
  let done = 0;
  let reached = false;
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    reached = true;
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), idleWithinMs);
      chunks.push(chunk);
      done += chunk.length;
      if (done > bytes) throw new Error(`sends more than ${bytes} bytes`);
      onProgress(done);
    }
  } catch (error) {
    throw new Error(reasonOf(error, abort.signal.aborted, reached));
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
  if (done < bytes) throw new Error(`sent only ${done} of ${bytes} bytes`);
  return Buffer.concat(chunks);
}

function reasonOf(error, timedOut, reached) {
  if (timedOut) return reached ? 'stopped sending' : 'cannot be reached (no answer)';
  const code = error.cause?.code;
  if (code) return reached ? `broke off (${code})` : `cannot be reached (${code})`;
  return error.message === 'terminated' ? 'broke off' : error.message;
}
