/** What goes wrong in the vision thread. `blocks`: it hangs as a stopped process does, for a thread cannot be stopped alone. */
export const threadFaults = ['none', 'exits', 'blocks', 'throws', 'is slow', 'talks garbage'] as const;
export type ThreadFault = (typeof threadFaults)[number];

/** What goes wrong with the camera. */
export const cameraFaults = [
  'none',
  'vanishes',
  'stalls',
  'throws',
  'throws at its start',
  'sends garbage',
  'sends stale frames',
  'is another one',
] as const;
export type CameraFault = (typeof cameraFaults)[number];

/** Who is in front of the camera. `hostile`: strangers, nobody, and the owner as old frames and pictures show them; never the owner. */
export const visitors = ['nobody', 'stranger', 'owner', 'hostile'] as const;
export type Visitor = (typeof visitors)[number];

const words = { thread: 0, camera: 1, visitor: 2, lasts: 3 } as const;

/** What the test tells the stand-in vision thread, in memory that both see: no message would reach a thread that hangs. */
export class VisionControl {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(memory = new SharedArrayBuffer(16)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  get thread(): ThreadFault {
    return threadFaults[this.#read(words.thread)] ?? 'none';
  }
  set thread(fault: ThreadFault) {
    this.#write(words.thread, threadFaults.indexOf(fault));
  }

  get camera(): CameraFault {
    return cameraFaults[this.#read(words.camera)] ?? 'none';
  }
  set camera(fault: CameraFault) {
    this.#write(words.camera, cameraFaults.indexOf(fault));
  }

  get visitor(): Visitor {
    return visitors[this.#read(words.visitor)] ?? 'nobody';
  }
  set visitor(visitor: Visitor) {
    this.#write(words.visitor, visitors.indexOf(visitor));
  }

  /** Whether a thread that is started anew meets the same fault again. */
  get lasts(): boolean {
    return this.#read(words.lasts) === 1;
  }
  set lasts(lasts: boolean) {
    this.#write(words.lasts, lasts ? 1 : 0);
  }

  #read(word: number): number {
    return Atomics.load(this.#words, word);
  }

  #write(word: number, value: number): void {
    Atomics.store(this.#words, word, value);
  }
}
