import type { CameraDescription, CameraState } from '../../contract/camera.ts';
import type { RgbdFrame } from '../../contract/frame.ts';
import type { CameraCalibration, CameraListener, DepthCamera, StartOptions, StartResult } from '../depth-camera.ts';
import { FrameRing } from '../frame-ring.ts';
import type { Recording } from './reader.ts';
import { ReelPlayer } from './reel-player.ts';

/** Plays one recording over and over, at the speed it was taken. */
export class RecordingCamera implements DepthCamera {
  readonly description: CameraDescription;
  readonly pin: string;
  readonly hasInfrared: boolean;
  readonly calibration: CameraCalibration;
  private readonly recording: Recording;
  private readonly ring: FrameRing;
  private readonly player: ReelPlayer;
  private current: CameraState;

  constructor(recording: Recording) {
    this.recording = recording;
    this.description = { id: `recording:${recording.folder}`, driver: 'recording', label: `Recording ${recording.folder}` };
    this.pin = this.description.id;
    this.hasInfrared = recording.hasInfrared;
    this.calibration = { kind: 'known', source: 'recorded', calibration: recording.calibration };
    this.ring = new FrameRing([recording.calibration]);
    this.player = new ReelPlayer(this.ring, [recording.calibration]);
    this.current = { kind: 'ready', camera: this.description };
  }

  state(): CameraState {
    return this.current;
  }

  async start(_options: StartOptions, listener: CameraListener): Promise<StartResult> {
    if (this.current.kind === 'streaming') return { kind: 'failed', sentence: 'The recording is already playing.' };
    this.current = { kind: 'streaming', camera: this.description };
    this.player.rewind();
    this.player.play([this.recording], {
      onFrame: listener.onFrame,
      onFailed: (sentence) => {
        this.current = { kind: 'lost', camera: this.description, sentence };
        listener.onState(this.current);
      },
    });
    return { kind: 'started' };
  }

  takeFrame(): RgbdFrame | undefined {
    return this.ring.take();
  }

  async stop(): Promise<void> {
    this.player.stop();
    this.current = { kind: 'ready', camera: this.description };
  }
}
