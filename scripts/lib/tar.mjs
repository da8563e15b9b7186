import { gunzipSync } from 'node:zlib';

const blockBytes = 512;

/**
 * Takes one file out of a gzipped tar archive, such as npm's.
 * @param {Buffer} archive the bytes of the `.tgz`
 * @param {string} member its path inside, `package/…`
 * @returns {Buffer | null} null when the archive is whole and has no such file
 * @throws {Error} when the bytes are not a gzipped tar archive, or end too early
 */
export function memberOfTgz(archive, member) {
  const tar = gunzipSync(archive);
  for (let at = 0; at + blockBytes <= tar.length; ) {
    const header = tar.subarray(at, at + blockBytes);
    if (header[0] === 0) return null;
    const size = Number.parseInt(text(header, 124, 12), 8);
    if (!Number.isSafeInteger(size)) throw new Error('the archive has a damaged header');
    const prefix = text(header, 345, 155);
    const name = prefix ? `${prefix}/${text(header, 0, 100)}` : text(header, 0, 100);
    const start = at + blockBytes;
    if (start + size > tar.length) throw new Error('the archive ends too early');
    // Type 0 (or an old archive's NUL) is a plain file; links and folders are never what is asked for.
    if (name === member && '0\0'.includes(String.fromCharCode(header[156]))) return tar.subarray(start, start + size);
    at = start + Math.ceil(size / blockBytes) * blockBytes;
  }
  return null;
}

function text(header, start, length) {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end).trim();
}
