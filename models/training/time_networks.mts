// How long networks take for one face on one thread of ONNX Runtime, and how large their files are.
//   node scripts/runtime.mjs models/training/time_networks.mts FILE.onnx…
// The networks take turns, so that whatever else the machine does hits all alike. Prints a JSON object: for each file its bytes, the median and 95th
// percentile in ms, and the median of the processor time, which other programs do not lengthen. Exit 0: done. 2: wrong usage or a file that is no network.
import { readFile } from 'node:fs/promises';
import * as ort from 'onnxruntime-node';
import { timingOf } from '../../main/cli/capture-timing.ts';
import { refuse } from '../describing.mts';

const warmUpRuns = 20;
const measuredRuns = 200;

process.exitCode = await main(process.argv.slice(2));

async function main(files: string[]): Promise<number> {
  if (files.length === 0) return refuse('usage: time_networks.mts FILE.onnx…');
  const networks: { file: string; bytes: number; run: () => Promise<unknown>; durationsMs: number[]; processorMs: number[] }[] = [];
  for (const file of files) {
    try {
      const bytes = await readFile(file);
      const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 });
      networks.push({ file, bytes: bytes.length, run: () => session.run(oneFace(session)), durationsMs: [], processorMs: [] });
    } catch (problem) {
      return refuse(`${file} is no network: ${String(problem)}`);
    }
  }
  for (let run = 0; run < warmUpRuns + measuredRuns; run++) {
    for (const network of networks) {
      const [started, used] = [performance.now(), process.cpuUsage()];
      await network.run();
      if (run < warmUpRuns) continue;
      const { user, system } = process.cpuUsage(used);
      network.durationsMs.push(performance.now() - started);
      network.processorMs.push((user + system) / 1000);
    }
  }
  const report = networks.map(({ file, bytes, durationsMs, processorMs }) => [
    file,
    { bytes, ...timingOf(durationsMs), cpuMs: timingOf(processorMs).p50Ms },
  ]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(report))}\n`);
  return 0;
}

/** One made-up face in the shape the network asks for; a size that is left open is one. */
function oneFace(session: ort.InferenceSession): Record<string, ort.Tensor> {
  const [input] = session.inputMetadata;
  if (input === undefined || !input.isTensor) throw new Error('it takes no tensor');
  const shape = input.shape.map((size) => (typeof size === 'number' ? size : 1));
  const length = shape.reduce((product, size) => product * size, 1);
  const data = Float32Array.from({ length }, (_, index) => Math.sin(index));
  return { [input.name]: new ort.Tensor('float32', data, shape) };
}
