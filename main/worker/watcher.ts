import { listCameras, openCamera } from '../capture/open-camera.ts';
import { CameraSupervisor } from '../capture/supervisor.ts';
import type { CapturePurpose, SimulatedSeat } from '../contract/camera.ts';
import type { WorkerReport, WorkerRequest, WorkerSettings } from '../contract/worker-messages.ts';
import { AnyLight, type LightTracking } from '../vision/any-light.ts';
import { previewOf } from '../vision/preview.ts';
import type { FaceNetworks } from '../vision/recognise.ts';

/** A start that is under way: which camera, for which look and purpose, and whether it shows a preview. */
interface Watch {
  readonly look: number;
  readonly purpose: CapturePurpose;
  readonly preview: boolean;
  readonly camera: CameraSupervisor;
}

/**
 * Owns the camera: starts and stops it on request and sends one report for each frame it finds time for. Frames that come while one is being
 * looked at are dropped by the ring; nothing queues.
 */
export class Watcher {
  private readonly settings: WorkerSettings;
  private readonly light: AnyLight;
  private readonly report: (report: WorkerReport) => void;
  private watch: Watch | undefined;
  private seat: SimulatedSeat = 'you';
  private busy = false;
  /** Of the watch under way; liveness compares its frames with one another. */
  private tracking: LightTracking | undefined;
  private readonly supervisors = new Map<string, CameraSupervisor>();

  constructor(settings: WorkerSettings, networks: FaceNetworks, report: (report: WorkerReport) => void) {
    this.settings = settings;
    this.light = new AnyLight(networks);
    this.report = report;
  }

  /** Carries out one request. A failure the person can meet becomes a report. */
  async handle(request: WorkerRequest): Promise<void> {
    switch (request.kind) {
      case 'start':
        return this.start(request);
      case 'stop':
      case 'shut-down':
        return this.stop();
      case 'seat':
        this.seat = request.seat;
        this.watch?.camera.takeSeat(request.seat);
        return;
      case 'list-cameras':
        this.report({ kind: 'cameras', cameras: await listCameras(this.settings) });
        return;
    }
  }

  private async start(request: Extract<WorkerRequest, { kind: 'start' }>): Promise<void> {
    await this.stop();
    const { look, purpose, preview } = request;
    const camera = this.supervisorOf(request.cameraId);
    this.watch = { look, purpose, preview, camera };
    await camera.start(
      { purpose, seat: this.seat },
      {
        onFrame: () => void this.lookAtNewest(),
        onState: (state) => {
          const pin = camera.pin();
          this.report({ kind: 'camera', look, state, ...(pin === undefined ? {} : { pin }) });
        },
      },
    );
  }

  private supervisorOf(cameraId: string): CameraSupervisor {
    const known = this.supervisors.get(cameraId);
    if (known !== undefined) return known;
    const sources = { list: () => listCameras(this.settings), open: (id: string) => openCamera(id, this.settings) };
    const supervisor = new CameraSupervisor(sources, { kind: 'camera', id: cameraId });
    this.supervisors.set(cameraId, supervisor);
    return supervisor;
  }

  private async stop(): Promise<void> {
    const { watch } = this;
    this.watch = undefined;
    this.tracking = undefined;
    await watch?.camera.stop();
  }

  /** Looks at the newest frame and, when another has come meanwhile, at that one too; a frame that comes meanwhile does not start a second pass. */
  private async lookAtNewest(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      for (;;) {
        const { watch } = this;
        const frame = watch?.camera.takeFrame();
        if (watch === undefined || frame === undefined) return;
        const result = await this.light.observe(frame, watch.purpose, this.tracking);
        // The camera was stopped or started anew while this frame was looked at: it belongs to nobody now.
        if (this.watch !== watch) continue;
        this.tracking = result.tracking;
        const { color } = frame.calibration;
        const picture = { width: color.width, height: color.height, rgba: frame.color };
        this.report({
          kind: 'observation',
          look: watch.look,
          observation: result.observation,
          ...(watch.preview ? { preview: previewOf(picture) } : {}),
        });
      }
    } finally {
      this.busy = false;
    }
  }
}
