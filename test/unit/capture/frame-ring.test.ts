import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameRing } from '../../../main/capture/frame-ring.ts';
import { smallCalibration } from './scene.ts';

const tiny = {
  ...smallCalibration,
  color: { ...smallCalibration.color, width: 16, height: 16 },
  depth: { ...smallCalibration.depth, width: 20, height: 20 },
};

function write(ring: FrameRing, sequence: number, format = 0): boolean {
  const slot = ring.writeSlot();
  slot.color.fill(sequence & 255);
  slot.depthMm.fill(sequence);
  return ring.commit({ format, sequence, capturedAtMs: sequence + 0.5, hasInfrared: false });
}

describe('the frame ring', () => {
  test('gives nothing before the first frame, and each frame once', () => {
    const ring = new FrameRing([smallCalibration]);
    expect(ring.take()).toBeUndefined();
    write(ring, 1);
    expect(ring.take()).toMatchObject({ sequence: 1, capturedAtMs: 1.5 });
    expect(ring.take()).toBeUndefined();
  });

  test('always gives the newest frame and never touches the one being read', () => {
    // true: a frame arrives; false: the reader comes by.
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (events) => {
        const ring = new FrameRing([smallCalibration]);
        let written = 0;
        let taken = 0;
        let dropped = 0;
        let held: { sequence: number; color: Uint8Array; depthMm: Uint16Array } | undefined;
        for (const arrives of events) {
          if (arrives) {
            written += 1;
            if (!write(ring, written)) dropped += 1;
          } else {
            const frame = ring.take();
            expect(frame?.sequence).toBe(written > taken ? written : undefined);
            if (frame !== undefined) {
              held = frame;
              taken = written;
            }
          }
          if (held !== undefined) {
            const { sequence, color, depthMm } = held;
            expect(color.every((value) => value === (sequence & 255)) && depthMm.every((value) => value === sequence)).toBe(true);
          }
        }
        expect(ring.droppedFrames()).toBe(dropped);
      }),
    );
  });

  test('carries frames of several sizes in one memory', () => {
    const ring = new FrameRing([smallCalibration, tiny]);
    write(ring, 1, 1);
    const frame = ring.take();
    expect(frame?.calibration).toBe(tiny);
    expect(frame?.color).toHaveLength(16 * 16 * 4);
    expect(frame?.depthMm).toHaveLength(20 * 20);
    write(ring, 2, 0);
    expect(ring.take()?.color).toHaveLength(64 * 48 * 4);
  });

  test('shows infrared only where a frame has it', () => {
    const ring = new FrameRing([smallCalibration]);
    write(ring, 1);
    expect(ring.take()).not.toHaveProperty('infrared');
    ring.writeSlot().infrared.fill(7);
    ring.commit({ format: 0, sequence: 2, capturedAtMs: 2, hasInfrared: true });
    expect(ring.take()?.infrared?.every((value) => value === 7)).toBe(true);
  });

  test('forgets an unread frame when cleared', () => {
    const ring = new FrameRing([smallCalibration]);
    write(ring, 1);
    ring.clear();
    expect(ring.take()).toBeUndefined();
    write(ring, 2);
    expect(ring.take()?.sequence).toBe(2);
  });

  test('never shows a torn frame to a reader on another thread', async () => {
    const ring = new FrameRing([smallCalibration]);
    // The writer on its own thread, word for word what a native driver does with this memory.
    const writer = new Worker(
      `const { workerData: { control, slots } } = require('node:worker_threads');
       let writing = 0;
       for (let sequence = 1; sequence <= 20000; sequence += 1) {
         slots[writing].color.fill(sequence & 255);
         control[4 + writing * 4 + 1] = sequence;
         writing = Atomics.exchange(control, 0, writing | 4) & 3;
       }`,
      { eval: true, workerData: { control: ring.control, slots: ring.slots } },
    );
    const ended = new Promise<void>((resolve) => writer.once('exit', () => resolve()));
    let last = 0;
    let torn = 0;
    while (last < 20000) {
      const frame = ring.take();
      if (frame === undefined) {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      expect(frame.sequence).toBeGreaterThan(last);
      last = frame.sequence;
      if (frame.color.some((value) => value !== (last & 255))) torn += 1;
    }
    await ended;
    expect(torn).toBe(0);
  });
});
