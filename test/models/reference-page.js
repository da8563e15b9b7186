// Runs in Chromium. `reference` is what reference-runtime.ts calls; inputs come from /input, because they are large.

async function bytes(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response.arrayBuffer();
}

async function startLandmarker() {
  const { FaceLandmarker, FilesetResolver } = await import('/tasks-vision/vision_bundle.mjs');
  const files = await FilesetResolver.forVisionTasks('/tasks-vision');
  const landmarker = await FaceLandmarker.createFromOptions(files, {
    baseOptions: { modelAssetPath: '/face_landmarker.task', delegate: 'CPU' },
    outputFaceBlendshapes: true,
    runningMode: 'IMAGE',
    numFaces: 1,
  });
  return async (width, height) => {
    const found = landmarker.detect(new ImageData(new Uint8ClampedArray(await bytes('/input')), width, height));
    if (found.faceLandmarks.length === 0) return null;
    return {
      landmarks: found.faceLandmarks[0].flatMap(({ x, y, z }) => [x * width, y * height, z * width]),
      blendshapes: found.faceBlendshapes[0].categories.map(({ score }) => score),
    };
  };
}

async function startInterpreter(network) {
  window.tfweb.tflite_web_api.setWasmPath('/tflite/');
  const model = await bytes(`/networks/${network}`);
  const runner = await window.tfweb.TFLiteWebModelRunner.create(model, { numThreads: 1 });
  return async () => {
    runner
      .getInputs()[0]
      .data()
      .set(new Float32Array(await bytes('/input')));
    if (!runner.infer()) throw new Error(`TensorFlow Lite could not run ${network}`);
    return Object.fromEntries(runner.getOutputs().map((output) => [output.name, Array.from(output.data())]));
  };
}

const running = new Map();

function once(key, start) {
  if (!running.has(key)) running.set(key, start());
  return running.get(key);
}

window.reference = {
  landmarker: async (width, height) => (await once('landmarker', startLandmarker))(width, height),
  interpreter: async (network) => (await once(network, () => startInterpreter(network)))(),
};
