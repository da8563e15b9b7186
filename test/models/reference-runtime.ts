import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import type { Picture } from '../../main/vision/picture.ts';
import { memberOfZip } from './zip.ts';

/** What MediaPipe's FaceLandmarker makes of one picture. */
export interface ReferenceFace {
  /** 478 * 3 numbers in pixels of the picture. */
  readonly landmarks: readonly number[];
  readonly blendshapes: readonly number[];
}

/** The runtimes our networks are checked against, running in Chromium (Electron's). */
export interface ReferenceRuntime {
  /** MediaPipe's FaceLandmarker on a whole picture; `null` where it sees no face. */
  landmarker(picture: Picture): Promise<ReferenceFace | null>;
  /** One TFLite network of the task file in TensorFlow Lite's interpreter; outputs by their names in the file. */
  interpreter(network: string, input: Float32Array): Promise<Readonly<Record<string, readonly number[]>>>;
  close(): Promise<void>;
}

const here = import.meta.dirname;
const page = `<!doctype html><meta charset="utf-8">
<script src="/tflite/tflite_web_api_client.js"></script>
<script type="module" src="/reference-page.js"></script>`;
const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

/**
 * Opens a hidden window with both runtimes in it, on the Electron that runs this very file as Node. `folder` holds the files of
 * models/convert/references.json. Needs a display.
 */
export async function startReferenceRuntime(folder: string): Promise<ReferenceRuntime> {
  const task = await readFile(path.join(folder, 'face_landmarker.task'));
  let input: Uint8Array = new Uint8Array();
  const answer = async (url: string): Promise<Uint8Array | string> => {
    if (url === '/') return page;
    if (url === '/input') return input;
    if (url.startsWith('/networks/')) return memberOfZip(task, url.slice('/networks/'.length));
    return readFile(url === '/reference-page.js' ? path.join(here, 'reference-page.js') : path.join(folder, path.normalize(url)));
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost').pathname;
    answer(url).then(
      (body) => response.setHeader('content-type', types[path.extname(url)] ?? 'text/html').end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const opened = await openWindow(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`).catch((error: unknown) => {
    server.close();
    throw error;
  });
  return wrap(opened.app, opened.window, server, (bytes) => {
    input = bytes;
  });
}

async function openWindow(address: string): Promise<{ app: ElectronApplication; window: Page }> {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const app = await _electron.launch({
    executablePath: process.execPath,
    // As root Chromium runs without its sandbox only; the page is our own and local.
    args: ['--no-sandbox', path.join(here, 'reference-window.cjs'), address],
    env: env as Record<string, string>,
  });
  const window = await app.firstWindow();
  await window.waitForFunction('window.reference !== undefined');
  return { app, window };
}

function wrap(app: ElectronApplication, window: Page, server: Server, setInput: (bytes: Uint8Array) => void): ReferenceRuntime {
  return {
    landmarker(picture) {
      setInput(picture.rgba);
      return window.evaluate(`reference.landmarker(${picture.width}, ${picture.height})`);
    },
    interpreter(network, input) {
      setInput(new Uint8Array(input.buffer, input.byteOffset, input.byteLength));
      return window.evaluate(`reference.interpreter(${JSON.stringify(network)})`);
    },
    async close() {
      await app.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
