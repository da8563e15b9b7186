// A thread of describe_photographs.mts: gets file names one by one, answers each with its description.
import { parentPort, workerData } from 'node:worker_threads';
import { decodePicture } from '../../main/capture/recording/pictures.ts';
import { type Described, describePhotograph, loadTools } from './description.mts';

const loading = await loadTools(workerData.modelsDir as string);
if (loading.kind === 'refused') throw new Error(loading.sentence);
const { tools } = loading;

parentPort?.on('message', async (file: string) => parentPort?.postMessage(await answer(file)));

async function answer(file: string): Promise<Described> {
  const decoded = await decodePicture(file);
  return decoded.kind === 'failed' ? decoded : describePhotograph(tools, decoded.picture);
}
