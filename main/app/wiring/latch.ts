import type { LockCause } from '../../contract/audit.ts';
import type { AppView, IdleLockMinutes, Payload, Reply } from '../../contract/ipc.ts';
import type { WorkerReport } from '../../contract/worker-messages.ts';
import type { Logind, LogindEvent } from '../../session/logind.ts';
import * as enrolling from './latch/enrolling.ts';
import * as locking from './latch/locking.ts';
import { look } from './latch/looking.ts';
import * as openPages from './latch/open-pages.ts';
import * as people from './latch/people.ts';
import * as settings from './latch/settings.ts';
import { show, viewOf } from './latch/showing.ts';
import { startLatch } from './latch/start.ts';
import { isEnrolled, isLocked, type LatchState } from './latch/state.ts';
import * as storedFace from './latch/stored-face.ts';
import type { LatchSurroundings } from './latch/surroundings.ts';
import * as systemLocker from './latch/system-locker.ts';
import { tick } from './latch/time.ts';
import * as unlocking from './latch/unlocking.ts';
import * as visionReports from './latch/vision-reports.ts';

/**
 * One running Facelatch: worker reports and people's requests come in, the lock decides, vault and windows follow. What each does is in the file of the
 * folder `latch` that has its name.
 */
export class Latch {
  readonly #state: LatchState;

  constructor(world: LatchSurroundings) {
    this.#state = startLatch(world);
  }

  get isLocked(): boolean {
    return isLocked(this.#state);
  }

  /** Whether somebody has a passcode here; without, nothing is locked. */
  get isEnrolled(): boolean {
    return isEnrolled(this.#state);
  }

  /** Whether the screen is closed as far as anybody can tell. `covered`: our covers are on every display. */
  isClosed(covered: boolean): boolean {
    return systemLocker.isScreenClosed(this.#state, covered);
  }

  /** What the windows show now. */
  view(): AppView {
    return viewOf(this.#state);
  }

  /** Hands the windows what they show, when that changed. */
  show(): void {
    show(this.#state);
  }

  /** Lets go of the vault, keys wiped. Nothing may be asked of the latch after it. */
  end(): void {
    this.#state.keeper.end();
    this.#state.world.vault.close();
  }

  // What happens around.

  onReport(report: WorkerReport): void {
    visionReports.onReport(this.#state, report);
  }

  onVisionDeath(): void {
    visionReports.onVisionDeath(this.#state);
  }

  /** The guardian died or hung; another is being started. */
  onGuardianLost(): void {
    this.#state.world.vault.record({ kind: 'guardian-lost' });
  }

  onGuardianGivenUp(): void {
    locking.lockWithoutGuardian(this.#state);
  }

  onLogind(event: LogindEvent): void {
    systemLocker.onLogind(this.#state, event);
  }

  onLogindFound(logind: Logind, systemLocked: boolean): void {
    systemLocker.onLogindFound(this.#state, logind, systemLocked);
  }

  panic(): void {
    locking.panic(this.#state);
  }

  /** Time passed: to be called once a second. `idleMs`: how long nobody touched keys or pointer. */
  tick(idleMs: number): void {
    tick(this.#state, idleMs);
  }

  lock(cause: LockCause): void {
    locking.lock(this.#state, cause);
  }

  look(): void {
    look(this.#state);
  }

  // What people ask for.

  beginSetUp(): Reply {
    return people.beginSetUp(this.#state);
  }

  setUp(payload: Payload<'set-up'>): Promise<Reply> {
    return people.setUp(this.#state, payload);
  }

  addPerson(payload: Payload<'add-person'>): Promise<Reply> {
    return people.addPerson(this.#state, payload);
  }

  changePasscode(payload: Payload<'change-passcode'>): Promise<Reply> {
    return people.changePasscode(this.#state, payload);
  }

  deletePerson(payload: Payload<'delete-person'>): Promise<Reply> {
    return people.deletePerson(this.#state, payload);
  }

  enrolAgain(payload: Payload<'enrol-again'>): Promise<Reply> {
    return enrolling.enrolAgain(this.#state, payload);
  }

  enrolAlternate(payload: Payload<'enrol-alternate'>): Promise<Reply> {
    return enrolling.enrolAlternate(this.#state, payload);
  }

  tryAgain(): Reply {
    return enrolling.tryAgain(this.#state);
  }

  leaveEnrolment(): Reply {
    return enrolling.askToLeave(this.#state);
  }

  /** Comes before everything else that is asked for. */
  goOn(): void {
    enrolling.goOnInside(this.#state);
  }

  removeAlternate(payload: Payload<'remove-alternate'>): Promise<Reply> {
    return storedFace.removeAlternate(this.#state, payload);
  }

  stopLearning(payload: Payload<'stop-learning'>): Reply {
    return storedFace.stopLearning(this.#state, payload);
  }

  startLearning(payload: Payload<'start-learning'>): Promise<Reply> {
    return storedFace.startLearning(this.#state, payload);
  }

  undoLearning(payload: Payload<'undo-learning'>): Promise<Reply> {
    return storedFace.undoLearning(this.#state, payload);
  }

  forgetLearning(payload: Payload<'forget-learning'>): Promise<Reply> {
    return storedFace.forgetLearning(this.#state, payload);
  }

  renewFace(payload: Payload<'renew-face'>): Promise<Reply> {
    return storedFace.renewFace(this.#state, payload);
  }

  lockScreen(): Reply {
    return locking.lockScreen(this.#state);
  }

  lockNow(): Reply {
    return locking.lockNow(this.#state);
  }

  unlockWithPasscode(payload: Payload<'unlock-with-passcode'>): Promise<Reply> {
    return unlocking.unlockWithPasscode(this.#state, payload);
  }

  givePasscode(payload: Payload<'give-passcode'>): Promise<Reply> {
    return unlocking.givePasscode(this.#state, payload);
  }

  chooseSeat(payload: Payload<'choose-seat'>): Reply {
    return settings.chooseSeat(this.#state, payload);
  }

  chooseCamera(payload: Payload<'choose-camera'>): Reply {
    return settings.chooseCamera(this.#state, payload);
  }

  chooseIdleLock(minutes: IdleLockMinutes): Reply {
    return settings.chooseIdleLock(this.#state, minutes);
  }

  chooseMode(payload: Payload<'choose-mode'>): Promise<Reply> {
    return settings.chooseMode(this.#state, payload);
  }

  choosePanicShortcut(payload: Payload<'choose-panic-shortcut'>): Promise<Reply> {
    return settings.choosePanicShortcut(this.#state, payload);
  }

  chooseLockCommand(payload: Payload<'choose-lock-command'>): Promise<Reply> {
    return settings.chooseLockCommand(this.#state, payload);
  }

  requireAttention(): Reply {
    return settings.requireAttention(this.#state);
  }

  waiveAttention(payload: Payload<'waive-attention'>): Promise<Reply> {
    return settings.waiveAttention(this.#state, payload);
  }

  showActivity(): Reply {
    return openPages.showActivity(this.#state);
  }

  hideActivity(): Reply {
    return openPages.hideActivity(this.#state);
  }

  showInsight(payload: Payload<'show-insight'>): Promise<Reply> {
    return openPages.showInsight(this.#state, payload);
  }

  hideInsight(): Reply {
    return openPages.hideInsight(this.#state);
  }
}
