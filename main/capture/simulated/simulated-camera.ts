import type { CameraDescription, CameraState, CapturePurpose, SimulatedSeat } from '../../contract/camera.ts';
import type { Calibration, RgbdFrame } from '../../contract/frame.ts';
import type { CameraCalibration, CameraListener, DepthCamera, StartOptions, StartResult } from '../depth-camera.ts';
import { FrameRing } from '../frame-ring.ts';
import { type Reel, ReelPlayer } from '../recording/reel-player.ts';
import type { SimulatedCast, SimulatedPerson } from './cast.ts';

export const simulatedCameraDescription: CameraDescription = { id: 'simulated:0', driver: 'simulated', label: 'Simulated camera' };

/** Plays the built-in recordings of rendered people according to who is said to sit before it. */
export class SimulatedCamera implements DepthCamera {
  readonly description = simulatedCameraDescription;
  readonly pin = simulatedCameraDescription.id;
  readonly hasInfrared: boolean;
  readonly calibration: CameraCalibration;
  private readonly cast: SimulatedCast;
  private readonly you: SimulatedPerson;
  private readonly ring: FrameRing;
  private readonly player: ReelPlayer;
  private seat: SimulatedSeat = 'you';
  private strangersSeen = 0;
  private looksSeen = 0;
  private current: CameraState;
  private playing: { readonly purpose: CapturePurpose; readonly listener: CameraListener } | undefined;

  /** `you`: the person of the cast who owns this machine. `framesPerSecond`: how fast everything is played; as it was recorded when not given. */
  constructor(cast: SimulatedCast, you: SimulatedPerson, framesPerSecond?: number) {
    this.cast = cast;
    this.you = you;
    const formats = calibrationsOf(cast);
    this.hasInfrared = you.enrolCircle.hasInfrared;
    this.calibration = { kind: 'known', source: 'recorded', calibration: you.enrolCircle.calibration };
    this.ring = new FrameRing(formats);
    this.player = new ReelPlayer(this.ring, formats, framesPerSecond === undefined ? undefined : 1000 / framesPerSecond);
    this.current = { kind: 'ready', camera: this.description };
  }

  state(): CameraState {
    return this.current;
  }

  async start(options: StartOptions, listener: CameraListener): Promise<StartResult> {
    if (this.current.kind === 'streaming') return { kind: 'failed', sentence: 'The simulated camera is already running.' };
    this.current = { kind: 'streaming', camera: this.description };
    this.seat = options.seat ?? this.seat;
    this.playing = { purpose: options.purpose, listener };
    this.player.rewind();
    this.playSeat();
    return { kind: 'started' };
  }

  takeFrame(): RgbdFrame | undefined {
    return this.ring.take();
  }

  takeSeat(seat: SimulatedSeat): void {
    this.seat = seat;
    this.player.stop();
    this.playSeat();
  }

  async stop(): Promise<void> {
    this.player.stop();
    this.playing = undefined;
    this.current = { kind: 'ready', camera: this.description };
  }

  private playSeat(): void {
    if (this.playing === undefined) return;
    const { purpose, listener } = this.playing;
    this.player.play(this.reel(purpose), {
      onFrame: listener.onFrame,
      onFailed: (sentence) => {
        this.playing = undefined;
        this.current = { kind: 'lost', camera: this.description, sentence };
        listener.onState(this.current);
      },
    });
  }

  private reel(purpose: CapturePurpose): Reel {
    switch (this.seat) {
      case 'you':
        return purpose === 'enrol' ? recordingsFor(this.you, purpose) : this.ownLooks();
      case 'stranger':
        return this.strangers().flatMap((person) => recordingsFor(person, purpose));
      case 'photograph':
        return this.cast.attacks
          .filter(({ species, target }) => species === 'flat-photograph' && target === this.you.name)
          .map(({ recording }) => recording);
      case 'nobody':
        return [this.cast.emptyRoom];
    }
  }

  /** Your looks, beginning with another one each time: nobody looks twice alike. */
  private ownLooks(): Reel {
    const first = this.looksSeen % this.you.looks.length;
    this.looksSeen += 1;
    return [...this.you.looks.slice(first), ...this.you.looks.slice(0, first)];
  }

  /** The other people, beginning with another one each time, so that every stranger has a try. */
  private strangers(): readonly SimulatedPerson[] {
    const others = this.cast.people.filter((person) => person !== this.you);
    const first = this.strangersSeen % others.length;
    this.strangersSeen += 1;
    return [...others.slice(first), ...others.slice(0, first)];
  }
}

function recordingsFor(person: SimulatedPerson, purpose: CapturePurpose): Reel {
  return purpose === 'enrol' ? [person.enrolCircle] : person.looks;
}

/** Every calibration the cast's frames may carry; each recording has its own object. */
function calibrationsOf({ people, attacks, emptyRoom }: SimulatedCast): readonly Calibration[] {
  return [
    ...people.flatMap(({ enrolCircle, looks }) => [enrolCircle, ...looks]),
    ...attacks.map(({ recording }) => recording),
    emptyRoom,
  ].map(({ calibration }) => calibration);
}
