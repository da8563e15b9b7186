import type { LockCause } from '../../contract/audit.ts';
import type { Decision } from '../../contract/decision.ts';
import type { InsightView } from '../../contract/insight.ts';
import type {
  ActivityView,
  Appearance,
  AppView,
  HomeView,
  IdleLockMinutes,
  LockedView,
  LockerView,
  Payload,
  Reply,
} from '../../contract/ipc.ts';
import type { Observation } from '../../contract/observation.ts';
import type { PanicShortcut } from '../../contract/panic-shortcut.ts';
import { refusalSentences } from '../../contract/sentences.ts';
import type { WorkerReport, WorkerRequest } from '../../contract/worker-messages.ts';
import { adaptationRulesOf } from '../../identity/adaptation-rules.ts';
import type { Clocks } from '../../lock/lock.ts';
import { openLock } from '../../lock/open.ts';
import { lockEventOf } from '../../session/lock-events.ts';
import type { LockingReport } from '../../session/locking-report.ts';
import type { Logind, LogindEvent } from '../../session/logind.ts';
import type { Unsealing, Vault } from '../../vault/api.ts';
import type { Log } from '../log.ts';
import { activityView } from './activity.ts';
import * as enrolling from './enrol-desk.ts';
import { InsightDesk } from './insight-desk.ts';
import * as learnedFace from './learned-face.ts';
import { LearningDesk } from './learning-desk.ts';
import { LockKeeper, type PasscodeOutcome } from './lock-keeper.ts';
import { LookDesk } from './look-desk.ts';
import { ModeDesk, type SystemLocker } from './mode-desk.ts';
import { readSettings, type Settings, settingsToStore } from './stored-settings.ts';
import * as views from './views.ts';
import { VisionDesk } from './vision-desk.ts';

/** What the latch needs from the world around it. */
export interface LatchSurroundings {
  readonly vault: Vault;
  readonly ask: (request: WorkerRequest) => void;
  readonly screens: Screens;
  readonly clocks: () => Clocks;
  readonly bootId: string;
  readonly newId: () => string;
  readonly later: (run: () => void, afterMs: number) => void;
  /** The desktop's own locker, and whether it is closed now. Absent where there is no logind. */
  readonly system?: { readonly locker: SystemLocker; readonly locked: boolean };
  readonly outside?: Outside;
  readonly log: Log;
}

/** What the owner's choices change outside of the windows. */
export interface Outside {
  /** Takes this shortcut and no other for panic; why not, where the system does not give it. */
  registerPanic(shortcut: PanicShortcut): string | undefined;
  /** Judges a lock command as typed: its words as they are kept. */
  readLockCommand(text: string): { readonly kind: 'command'; readonly words: readonly string[] } | Extract<Reply, { kind: 'refused' }>;
  /** Locks with this command of the owner's own, or with the system's usual locker. */
  useLocker(words: readonly string[] | undefined): LockerView;
  /** Tells those who cannot ask, the command line among them, how this screen is locked. */
  report(report: LockingReport): void;
}

/** The windows, as far as the latch moves them. */
export interface Screens {
  cover(): void;
  uncover(): void;
  show(view: AppView): void;
}

/** Where a person is inside, while the lock is open. */
type Place =
  | { readonly kind: 'welcome' }
  | { readonly kind: 'set-passcode' }
  | { readonly kind: 'enrol'; readonly desk: enrolling.EnrolDesk }
  | { readonly kind: 'home' };

/** How the screen opened last. */
interface Entry {
  readonly by: HomeView['unlockedBy'];
  readonly wallMs: number;
}

const done: Reply = { kind: 'done' };
const notNow: Reply = { kind: 'refused', sentence: 'Not possible now.' };
const refuse = (sentence: string): Reply => ({ kind: 'refused', sentence });

/** How long the open padlock shows before the cover goes, and how long a notice stays. */
const openingMs = 700;
const noticeMs = 4000;

/**
 * Behind the system's own locker nobody can ask for a look: it begins when hands are off keys and pointer for a moment after the lock closed, and then on them
 * again. Where the system tells no idle time hands never seem off: then it begins after a while, so that the one who locked can leave.
 */
const handsOffMs = 2_000;
const handsOnMs = 1_500;
const leaveTimeMs = 20_000;

/** One running Facelatch: worker reports and people's requests come in, the lock decides, vault and windows follow. */
export class Latch {
  readonly #world: LatchSurroundings;
  readonly #vision: VisionDesk;
  readonly #keeper: LockKeeper;
  #settings: Settings;
  #place: Place;
  readonly #modes: ModeDesk;
  #cover: 'none' | 'closed' | 'opening' = 'none';
  #closedAtMs = 0;
  /** Since the lock closed keys and pointer were let go of. */
  #handsWereOff = false;
  #modeSaid = '';
  #panicFault: string | undefined;
  #locker: LockerView = { command: '', sentence: '' };
  #look: LookDesk | undefined;
  readonly #learning: LearningDesk;
  readonly #insight = new InsightDesk();
  /** Whose page of looks is open. */
  #insightOf: string | undefined;
  /** Somebody asked to be looked at when that was not possible yet. */
  #lookWanted = false;
  #notice: views.Notice | undefined;
  #refusals = 0;
  /** The log as it was when its page was opened. */
  #activity: ActivityView | undefined;
  /** The physical camera of the running watch, once it delivers. */
  #pin: string | undefined;
  #entry: Entry;
  /** What was found damaged when the vault was opened with the passcode. */
  #damage: string | undefined;
  #shown = '';

  constructor(world: LatchSurroundings) {
    this.#world = world;
    this.#vision = new VisionDesk(world.ask);
    this.#learning = new LearningDesk(world);
    this.#settings = readSettings(world.vault.readSettings());
    const enrolled = world.vault.people().length > 0;
    this.#place = { kind: enrolled ? 'home' : 'welcome' };
    const system = world.system ?? { locker: { kind: 'absent', sentence: 'There is no logind here.' }, locked: false };
    this.#modes = new ModeDesk(this.#settings.lockMode, system.locker, system.locked, world.screens, {
      modeChanged: (mode) => this.#keeper.happen({ kind: 'mode-changed', mode }),
      openingRefused: (sentence) => this.#onOpeningRefused(sentence),
      changed: () => this.#onModeNews(),
    });
    this.#entry = { by: enrolled && this.#modes.on === 'session' ? 'system' : 'set-up', wallMs: world.clocks().wallMs };
    const opening = openLock(
      {
        mode: this.#modes.on,
        enrolled,
        stored: world.vault.readCounters(),
        bootId: world.bootId,
        unsealed: enrolled && world.vault.unsealWithKeystore().kind === 'unsealed',
        sessionLocked: system.locked,
      },
      world.clocks(),
    );
    const orders = {
      cover: () => this.#close(),
      uncover: () => this.#open(),
      startLook: () => this.#startLook(),
      stopLook: () => this.#stopLook(),
    };
    this.#keeper = new LockKeeper(opening.lock, world.vault, world.clocks, orders, world.log);
    this.#keeper.begin(opening.effects);
    this.#panicFault = world.outside?.registerPanic(this.#settings.panicShortcut);
    this.#useLocker();
  }

  get isLocked(): boolean {
    return !this.#keeper.isOpen;
  }

  /** Whether somebody has a passcode here; without, nothing is locked. */
  get isEnrolled(): boolean {
    return this.#keeper.isEnrolled;
  }

  // What happens around.

  onReport(report: WorkerReport): void {
    const becameReady = this.#vision.onReport(report);
    if (becameReady) this.#goOnWithVision();
    if (report.kind === 'cameras') this.#goOnWithVision();
    if (report.kind === 'failed') this.#stopWatching(report.sentence);
    if (report.kind === 'camera' && this.#vision.isCurrent(report.look)) this.#onCamera(report);
    if (report.kind === 'observation' && this.#vision.isCurrent(report.look)) this.#onObservation(report);
    this.show();
  }

  onVisionDeath(): void {
    this.#vision.onDeath();
    // A thread that said why it cannot go on is believed over the mere fact that it ended.
    const { state } = this.#vision;
    this.#stopWatching(state.kind === 'failed' ? state.sentence : 'The camera stopped for a moment.');
    this.show();
  }

  /** The guardian died or hung; another is being started. */
  onGuardianLost(): void {
    this.#world.vault.record({ kind: 'guardian-lost' });
  }

  /** No guardian stays alive: the lock closes, and only the passcode opens it. */
  onGuardianGivenUp(): void {
    this.#keeper.happen({ kind: 'require-passcode', reason: 'guardian-lost' });
    this.lock('guardian');
  }

  /** logind says something of this session: that it shall lock, has locked or was opened, that the computer sleeps or wakes, that the lid moved. */
  onLogind(event: LogindEvent): void {
    if (event.kind === 'locked') this.#modes.systemLockChanged(event.locked);
    if (event.kind === 'lost') this.#modes.lost('logind no longer answers.');
    const happened = lockEventOf(event);
    if (happened?.kind === 'lock') this.lock(happened.cause);
    if (happened?.kind === 'session-opened') this.#openedBySystem();
    // Somebody may be there again.
    if ((event.kind === 'sleep' && !event.starting) || (event.kind === 'lid' && !event.closed)) this.look();
    if (event.kind === 'locked' && !event.locked) this.look();
    this.show();
  }

  /** logind answers, for the first time or again. */
  onLogindFound(logind: Logind, systemLocked: boolean): void {
    this.#modes.found(logind, systemLocked);
    this.show();
  }

  /** Whether the screen is closed as far as anybody can tell: the system may sleep. `covered`: our covers are on every display. */
  isClosed(covered: boolean): boolean {
    return !this.isEnrolled || (this.isLocked && (covered || this.#modes.isSystemLocked));
  }

  /** The panic shortcut: closes at once, the face is off, keys are wiped. While locked it only does the latter two. */
  panic(): void {
    if (!this.isEnrolled) return;
    this.#keeper.happen({ kind: 'require-passcode', reason: 'panic' });
    this.show();
  }

  /** Time passed: to be called once a second. `idleMs`: how long nobody touched keys or pointer. */
  tick(idleMs: number): void {
    this.#keeper.happen({ kind: 'tick' });
    const { monotonicMs } = this.#world.clocks();
    if (this.#place.kind === 'enrol' && monotonicMs - this.#place.desk.movedOnAtMs > enrolling.abandonedAfterMs) this.#leaveEnrolment();
    if (this.#learning.isCaptureOver()) this.#stopCapture();
    const state = this.#keeper.state;
    const limitMs = this.#settings.idleLockMinutes * 60_000;
    if (state.kind === 'unlocked' && this.#place.kind === 'home' && limitMs > 0) {
      // A face that unlocked touched nothing: idleness counts from the unlock at the earliest.
      if (Math.min(idleMs, monotonicMs - state.sinceMs) >= limitMs) this.lock('idle');
    }
    this.#lookBehindSystemLocker(idleMs);
    this.#lookIfWanted();
    this.show();
  }

  /** Closes the lock. Where nobody sat before it closed (idle, sleep), it looks by itself for somebody who comes back. */
  lock(cause: LockCause): void {
    if (!this.isEnrolled) return;
    try {
      if (!this.#anyFace()) this.#keeper.happen({ kind: 'require-passcode', reason: 'face-off' });
    } finally {
      this.#keeper.happen({ kind: 'lock', cause });
    }
    if (cause === 'idle') this.look();
    this.show();
  }

  /** Somebody woke the screen: look at them as soon as possible. */
  look(): void {
    const { kind } = this.#keeper.state;
    if (kind !== 'locked' && kind !== 'cooling-down') return;
    this.#lookWanted = true;
    this.#lookIfWanted();
    this.show();
  }

  /** Lets go of the vault, keys wiped. Nothing may be asked of the latch after it. */
  end(): void {
    this.#keeper.end();
    this.#world.vault.close();
  }

  // What people ask for.

  beginSetUp(): Reply {
    if (this.#place.kind !== 'welcome') return notNow;
    this.#place = { kind: 'set-passcode' };
    return this.#done();
  }

  async setUp({ name, passcode }: Payload<'set-up'>): Promise<Reply> {
    if (this.#place.kind !== 'set-passcode' || this.isEnrolled) return notNow;
    const enrolled = await this.#world.vault.enrolPerson({ name, passcode, templates: [] });
    if (enrolled.kind === 'refused') return enrolled;
    this.#keeper.happen({ kind: 'enrolled' });
    this.#report();
    this.#entry = { by: 'set-up', wallMs: this.#world.clocks().wallMs };
    this.#enrol(enrolled.personId, name);
    return this.#done();
  }

  async addPerson({ name, newPasscode, passcode }: Payload<'add-person'>): Promise<Reply> {
    if (!this.#isInside()) return notNow;
    const checked = await this.#checkPasscode(passcode);
    if (checked.kind === 'refused') return checked;
    const enrolled = await this.#world.vault.enrolPerson({ name, passcode: newPasscode, templates: [] });
    if (enrolled.kind === 'refused') return enrolled;
    if (this.#isInside()) this.#enrol(enrolled.personId, name);
    return this.#done();
  }

  async enrolAgain({ personId, passcode }: Payload<'enrol-again'>): Promise<Reply> {
    if (!this.#isInside()) return notNow;
    const checked = await this.#checkPasscode(passcode, personId);
    if (checked.kind === 'refused') return checked;
    const person = this.#world.vault.people().find(({ id }) => id === personId);
    if (!this.#isInside() || person?.name === undefined) return notNow;
    this.#enrol(personId, person.name);
    return this.#done();
  }

  /** A second enrolment of somebody whose face is enrolled: with glasses, or a mask off. */
  async enrolAlternate({ personId, passcode }: Payload<'enrol-alternate'>): Promise<Reply> {
    return this.#withFace(personId, passcode, () => {
      const person = this.#world.vault.people().find(({ id }) => id === personId);
      if (person?.name === undefined || learnedFace.faceView(this.#world.vault, personId) === undefined) return notNow;
      this.#enrol(personId, person.name, 'alternate');
      return done;
    });
  }

  removeAlternate({ personId, passcode }: Payload<'remove-alternate'>): Promise<Reply> {
    return this.#withFace(personId, passcode, (vault) => learnedFace.removeAlternate(vault, personId));
  }

  // What a person does with what was learned of their face.

  stopLearning({ personId }: Payload<'stop-learning'>): Reply {
    if (!this.#isInside()) return notNow;
    this.#stopCapture();
    const written = this.#world.vault.writeLearning(personId, 'off');
    this.show();
    return written;
  }

  startLearning({ personId, passcode }: Payload<'start-learning'>): Promise<Reply> {
    return this.#withFace(personId, passcode, (vault) => vault.writeLearning(personId, 'on'));
  }

  undoLearning({ personId, passcode }: Payload<'undo-learning'>): Promise<Reply> {
    return this.#withFace(personId, passcode, (vault) => learnedFace.undoLearned(vault, personId));
  }

  forgetLearning({ personId, passcode }: Payload<'forget-learning'>): Promise<Reply> {
    return this.#withFace(personId, passcode, (vault) => learnedFace.forgetAllLearned(vault, personId));
  }

  /** A new key and a new transform of the stored vectors: what was copied before is worth nothing. */
  async renewFace({ personId, passcode }: Payload<'renew-face'>): Promise<Reply> {
    if (!this.#isInside()) return notNow;
    this.#stopCapture();
    return this.#changeWithPasscode(() => this.#world.vault.rotateKey(personId, passcode));
  }

  /** Has this person's own passcode typed for a change of their stored face. */
  async #withFace(personId: string, passcode: string, change: (vault: Vault) => Reply): Promise<Reply> {
    if (!this.#isInside()) return notNow;
    const checked = await this.#checkPasscode(passcode, personId);
    if (checked.kind === 'refused') return checked;
    if (!this.#isInside()) return notNow;
    this.#stopCapture();
    const reply = change(this.#world.vault);
    this.show();
    return reply;
  }

  // What the last looks measured, for their owner alone.

  async showInsight({ personId, passcode }: Payload<'show-insight'>): Promise<Reply> {
    if (!this.#isInside()) return notNow;
    const checked = await this.#checkPasscode(passcode, personId);
    if (checked.kind === 'refused') return checked;
    if (!this.#isInside()) return notNow;
    this.#insightOf = personId;
    return this.#done();
  }

  hideInsight(): Reply {
    this.#insightOf = undefined;
    return this.#done();
  }

  /** An enrolment that stopped begins anew, with whatever camera is there now. */
  tryAgain(): Reply {
    if (this.#place.kind !== 'enrol' || this.#place.desk.progress.kind !== 'stopped') return notNow;
    this.#vision.listCameras();
    return done;
  }

  leaveEnrolment(): Reply {
    if (this.#place.kind !== 'enrol' || this.isLocked) return notNow;
    this.#leaveEnrolment();
    return this.#done();
  }

  lockScreen(): Reply {
    if (!this.#isInside()) return notNow;
    this.lock('request');
    return done;
  }

  lockNow(): Reply {
    if (!this.isEnrolled) return notNow;
    this.#keeper.happen({ kind: 'require-passcode', reason: 'lock-now' });
    return this.#done();
  }

  async unlockWithPasscode({ passcode }: Payload<'unlock-with-passcode'>): Promise<Reply> {
    if (!this.isLocked) return notNow;
    const { reply, personId } = await this.#tryPasscode(passcode, []);
    if (reply.kind === 'refused') this.#learning.forgetNearMisses();
    if (reply.kind === 'refused' && this.isLocked) this.#refuse(reply.sentence);
    if (personId !== undefined && !this.isLocked) this.#captureAfterPasscode(personId);
    this.show();
    return reply;
  }

  chooseSeat({ seat }: Payload<'choose-seat'>): Reply {
    if (this.#camera()?.driver !== 'simulated') return notNow;
    this.#vision.takeSeat(seat);
    if (this.isLocked) this.look();
    return this.#done();
  }

  chooseCamera({ cameraId }: Payload<'choose-camera'>): Reply {
    if (!this.#isInside() || !this.#vision.cameras.some(({ id }) => id === cameraId)) return notNow;
    return this.#saveSettings({ ...this.#settings, cameraId });
  }

  chooseIdleLock(minutes: IdleLockMinutes): Reply {
    if (!this.#isInside()) return notNow;
    return this.#saveSettings({ ...this.#settings, idleLockMinutes: minutes });
  }

  async chooseMode({ mode, passcode }: Payload<'choose-mode'>): Promise<Reply> {
    if (!this.#isInside() || (mode === 'session' && !this.#modes.view().sessionOffered)) return notNow;
    const saved = await this.#saveWithPasscode(passcode, { lockMode: mode });
    if (saved.kind === 'done') this.#modes.choose(mode);
    return saved;
  }

  async choosePanicShortcut({ shortcut, passcode }: Payload<'choose-panic-shortcut'>): Promise<Reply> {
    if (!this.#isInside()) return notNow;
    const saved = await this.#saveWithPasscode(passcode, { panicShortcut: shortcut });
    if (saved.kind === 'done') this.#panicFault = this.#world.outside?.registerPanic(shortcut);
    this.show();
    return saved;
  }

  async chooseLockCommand({ command, passcode }: Payload<'choose-lock-command'>): Promise<Reply> {
    const { outside } = this.#world;
    if (!this.#isInside() || outside === undefined) return notNow;
    const reading = command.trim() === '' ? undefined : outside.readLockCommand(command);
    if (reading?.kind === 'refused') return reading;
    const saved = await this.#saveWithPasscode(passcode, { lockCommand: reading?.words });
    if (saved.kind === 'done') this.#useLocker();
    this.show();
    return saved;
  }

  async givePasscode({ passcode }: Payload<'give-passcode'>): Promise<Reply> {
    if (!this.#isInside()) return notNow;
    const reply = await this.#checkPasscode(passcode);
    this.show();
    return reply;
  }

  showActivity(): Reply {
    if (!this.#isInside()) return notNow;
    const reading = this.#world.vault.readLog();
    if (reading.kind === 'refused') return reading;
    this.#activity = activityView(reading);
    return this.#done();
  }

  hideActivity(): Reply {
    this.#activity = undefined;
    return this.#done();
  }

  requireAttention(): Reply {
    if (!this.#isInside()) return notNow;
    return this.#saveSettings({ ...this.#settings, attentionRequired: true });
  }

  async waiveAttention({ passcode }: Payload<'waive-attention'>): Promise<Reply> {
    if (!this.#isInside()) return notNow;
    const checked = await this.#checkPasscode(passcode);
    if (checked.kind === 'refused') return checked;
    if (!this.#isInside()) return notNow;
    return this.#saveSettings({ ...this.#settings, attentionRequired: false });
  }

  async changePasscode({ personId, passcode, newPasscode }: Payload<'change-passcode'>): Promise<Reply> {
    if (!this.#isInside()) return notNow;
    return this.#changeWithPasscode(() => this.#world.vault.changePasscode(personId, passcode, newPasscode));
  }

  /** A change for which the vault itself asks for the passcode: the try counts as any other. */
  async #changeWithPasscode(change: () => ReturnType<Vault['changePasscode']>): Promise<Reply> {
    let reply: Reply = done;
    const outcome = await this.#keeper.tryPasscode(async () => {
      const changed = await change();
      if (changed.kind === 'refused') reply = changed;
      return changed.kind === 'done' ? 'right' : changed.kind === 'wrong-passcode' ? 'wrong' : 'unchecked';
    });
    this.show();
    return outcome === 'right' || outcome === 'unchecked' ? reply : this.#outcomeReply(outcome);
  }

  async deletePerson({ personId, passcode }: Payload<'delete-person'>): Promise<Reply> {
    if (!this.#isInside()) return notNow;
    const { vault } = this.#world;
    // Whoever set Facelatch up can take others out: those who forgot their passcode, and those who shall no longer come in.
    const [first] = vault.people();
    const { reply: checked } = await this.#tryPasscode(passcode, first === undefined ? [personId] : [personId, first.id]);
    if (checked.kind === 'refused') return checked;
    if (!this.#isInside()) return notNow;
    const deleted = vault.deletePerson(personId);
    if (deleted.kind === 'refused') return deleted;
    if (vault.people().length === 0) {
      this.#keeper.happen({ kind: 'nobody-enrolled' });
      this.#settings = readSettings(this.#world.vault.readSettings());
      this.#place = { kind: 'welcome' };
    }
    return this.#done();
  }

  // What shows.

  /** What the windows show now. */
  view(): AppView {
    if (this.#cover !== 'none' || this.isLocked) return this.#lockedView();
    switch (this.#place.kind) {
      case 'welcome':
      case 'set-passcode':
        return { kind: this.#place.kind };
      case 'enrol':
        return { ...enrolling.enrolView(this.#place.desk), seats: this.#seats() };
      case 'home':
        return this.#homeView();
    }
  }

  /** Hands the windows what they show, when that changed. A wait that only ran on is no change: windows count it down themselves. */
  show(): void {
    const view = this.view();
    const key = JSON.stringify(view, (name, value: unknown) =>
      name === 'rgba' ? this.#world.clocks().monotonicMs : name === 'passcodeWaitMs' ? value !== 0 : value,
    );
    if (key === this.#shown) return;
    this.#shown = key;
    this.#world.screens.show(view);
  }

  #lockedView(): LockedView {
    const { state } = this.#keeper;
    const modeSentence = views.modeSentence(this.#modes.view());
    const common = { kind: 'locked', refusals: this.#refusals, modeSentence, seats: this.#seats() } as const;
    if (this.#cover === 'opening') return { ...common, phase: 'opening', sentence: 'Unlocked', tone: 'plain', passcodeWaitMs: 0 };
    return {
      ...common,
      phase: views.lockedPhase(state),
      tone: this.#notice?.tone ?? 'plain',
      sentence: views.lockedSentence(state, this.#notice, this.#look?.sentence, this.#face()),
      passcodeWaitMs: this.#keeper.passcodeWaitMs(),
    };
  }

  #homeView(): HomeView {
    const { vault } = this.#world;
    return {
      kind: 'home',
      unlockedBy: this.#entry.by,
      unlockedAtMs: this.#entry.wallMs,
      face: this.#face(),
      people: views.peopleView(vault, this.#model()),
      camera: this.#vision.cameraState(this.#settings.cameraId),
      cameras: this.#vision.cameras,
      keyProtection: views.keyProtection(vault.protection()),
      idleLockMinutes: this.#settings.idleLockMinutes,
      attentionRequired: this.#settings.attentionRequired,
      activity: this.#activity,
      insight: this.#insightView(),
      capturing: this.#learning.isCapturing,
      mode: this.#modes.view(),
      passcodeOwed: this.#keeper.hold !== undefined,
      panic: { chosen: this.#settings.panicShortcut, fault: this.#panicFault },
      locker: this.#locker,
    };
  }

  #insightView(): InsightView | undefined {
    const personId = this.#insightOf;
    const person = this.#world.vault.people().find(({ id }) => id === personId);
    if (personId === undefined || person?.name === undefined) return undefined;
    const rules = adaptationRulesOf(this.#model() ?? '');
    const { unlock = 0, reach = 0, unlockByLearned = 0, learn = 0 } = rules ?? {};
    return {
      personName: person.name,
      rules: rules === undefined ? undefined : { unlock, reach, unlockByLearned, learn },
      looks: this.#insight.looksOf(personId),
    };
  }

  #seats() {
    return views.seatsView(this.#camera(), this.#vision.seat);
  }

  #face(): views.FaceState {
    return views.faceState({
      visionFailure: this.#vision.state.kind === 'failed' ? this.#vision.state.sentence : undefined,
      camera: this.#vision.cameraState(this.#settings.cameraId),
      cameraKnown: this.#vision.cameras.length > 0,
      anyFace: this.#anyFace(),
      passcodeOwed: this.#keeper.hold !== undefined,
      damage: this.#damage,
    });
  }

  #anyFace(): boolean {
    return this.#world.vault.galleries().some((gallery) => views.hasFace(gallery, this.#model()));
  }

  #model(): string | undefined {
    return this.#vision.state.kind === 'ready' ? this.#vision.state.model : undefined;
  }

  #camera() {
    return this.#vision.camera(this.#settings.cameraId);
  }

  #isInside(): boolean {
    return this.#place.kind === 'home' && this.isEnrolled && !this.isLocked;
  }

  #done(): Reply {
    this.show();
    return done;
  }

  // The lock's orders.

  #close(): void {
    try {
      this.#leaveEverything();
    } finally {
      // Whatever broke on the way: the cover comes.
      this.#cover = 'closed';
      this.#modes.close();
    }
  }

  /** What somebody inside had open or under way. */
  #leaveEverything(): void {
    this.#notice = undefined;
    this.#lookWanted = false;
    this.#activity = undefined;
    this.#insightOf = undefined;
    if (this.#cover !== 'closed') {
      this.#insight.forget();
      this.#closedAtMs = this.#world.clocks().monotonicMs;
      this.#handsWereOff = false;
    }
    if (this.#place.kind === 'enrol') this.#leaveEnrolment();
    this.#stopCapture();
  }

  #open(): void {
    this.#notice = undefined;
    this.#lookWanted = false;
    this.#cover = 'opening';
    // The system's own locker shows no padlock of ours.
    if (this.#modes.on === 'session') this.#finishOpening();
    else this.#world.later(() => this.#finishOpening(), openingMs);
  }

  #finishOpening(): void {
    if (this.#cover !== 'opening') return;
    this.#cover = 'none';
    this.#vision.listCameras();
    this.show();
    this.#modes.open();
  }

  // The system's own locker.

  #openedBySystem(): void {
    const wasLocked = this.isLocked;
    this.#keeper.happen({ kind: 'session-opened' });
    if (!wasLocked || this.isLocked) return;
    this.#entry = { by: 'system', wallMs: this.#world.clocks().wallMs };
    this.#learning.forgetNearMisses();
    this.#notice = undefined;
    this.#lookWanted = false;
    this.#cover = 'none';
    this.#vision.listCameras();
    this.#modes.leave();
  }

  /** The lock was opened by a match or the passcode and the desktop's locker was not: what is closed counts as closed. */
  #onOpeningRefused(sentence: string): void {
    this.#world.log(`the system's locker did not open: ${sentence}`);
    this.#keeper.happen({ kind: 'lock', cause: 'system' });
  }

  #onModeNews(): void {
    const { on, sentence } = this.#modes.view();
    const said = `${on} mode${sentence === undefined ? '' : `: ${sentence}`}`;
    if (said !== this.#modeSaid) this.#world.log(said);
    this.#modeSaid = said;
    this.#report();
    this.show();
  }

  #useLocker(): void {
    this.#locker = this.#world.outside?.useLocker(this.#settings.lockCommand) ?? this.#locker;
    this.#report();
  }

  #report(): void {
    // Without a passcode nothing is locked, and nobody misses a vault that nobody set up.
    if (!this.isEnrolled) return;
    const { on, chosen, sentence } = this.#modes.view();
    const { lockCommand } = this.#settings;
    this.#world.outside?.report({
      mode: on,
      chosen,
      ...(on === chosen || sentence === undefined ? {} : { sentence }),
      ...(lockCommand === undefined ? {} : { lockCommand: [...lockCommand] }),
    });
  }

  /** Behind the system's locker our windows get no key: the hands that come back are seen by the time since they last touched anything. */
  #lookBehindSystemLocker(idleMs: number): void {
    if (this.#modes.on !== 'session' || this.#keeper.state.kind !== 'locked') return;
    const closedForMs = this.#world.clocks().monotonicMs - this.#closedAtMs;
    if (idleMs >= handsOffMs || closedForMs >= leaveTimeMs) this.#handsWereOff = true;
    if (this.#handsWereOff && idleMs < handsOnMs) this.look();
  }

  #startLook(): void {
    const camera = this.#camera();
    if (camera === undefined) return;
    this.#notice = undefined;
    this.#insight.begin(this.#world.clocks().wallMs);
    this.#look = new LookDesk(this.#world.clocks().monotonicMs, { attention: this.#settings.attentionRequired });
    this.#vision.watch(camera, 'unlock');
  }

  #stopLook(): void {
    this.#endInsight(undefined);
    this.#look = undefined;
    this.#vision.stop();
  }

  // Looking.

  #lookIfWanted(): void {
    if (!this.#lookWanted || this.#keeper.state.kind !== 'locked') return;
    if (this.#model() === undefined || this.#camera() === undefined) return;
    this.#lookWanted = false;
    this.#keeper.happen({ kind: 'look-started' });
  }

  #onObservation({ observation, preview }: Extract<WorkerReport, { kind: 'observation' }>): void {
    const model = this.#model();
    const { monotonicMs } = this.#world.clocks();
    if (this.#place.kind === 'enrol') {
      this.#moveEnrolment(enrolling.observeEnrolment(this.#place.desk, observation, preview, monotonicMs));
    } else if (this.#look !== undefined && model !== undefined) {
      this.#insight.observe(observation);
      const decision = this.#look.observe(observation, this.#learning.galleries(model), model, monotonicMs);
      if (decision !== undefined) this.#decide(decision, observation, model);
    } else if (this.#learning.isCapturing && model !== undefined) {
      this.#observeCapture(observation, model);
    }
  }

  /** `observation` ended the look. */
  #decide(decision: Decision, observation: Observation, model: string): void {
    if (decision.kind === 'match') this.#entry = { by: 'face', wallMs: this.#world.clocks().wallMs };
    this.#endInsight(decision);
    try {
      // Before the lock decides, which may seal what failures are counted in.
      if (decision.kind === 'refuse') this.#learning.onRefusal(decision.reason, observation, model);
    } finally {
      this.#keeper.happen({ kind: 'decision', decision });
    }
    if (decision.kind === 'refuse') this.#refuse(refusalSentences[decision.reason]);
    // The screen opens first: learning delays nobody, and where it fails nothing but the learning is lost.
    else this.#world.later(() => this.#learnFromMatch(decision.personId, observation, model), 0);
  }

  #learnFromMatch(personId: string, observation: Observation, model: string): void {
    if (this.isLocked) return;
    const outcome = this.#learning.onMatch(personId, observation, model);
    if (outcome !== undefined) this.#insight.learned(personId, outcome);
    this.show();
  }

  #endInsight(decision: Decision | undefined): void {
    const model = this.#model();
    this.#insight.end(decision, model === undefined ? [] : this.#learning.galleries(model), model);
  }

  // The new capture after a near miss and the passcode.

  #captureAfterPasscode(personId: string): void {
    const camera = this.#camera();
    if (!this.#learning.onPasscode(personId, this.#model())) return;
    if (camera === undefined) this.#learning.forgetNearMisses();
    else this.#vision.watch(camera, 'unlock');
  }

  #observeCapture(observation: Observation, model: string): void {
    const captured = this.#learning.observeCapture(observation, model);
    if (captured === undefined) return;
    this.#insight.learned(captured.personId, captured.outcome);
    this.#vision.stop();
  }

  /** Ends the capture where one is under way; what was nearly a match is nobody's from then on. */
  #stopCapture(): void {
    if (this.#learning.isCapturing) this.#vision.stop();
    this.#learning.forgetNearMisses();
  }

  #refuse(sentence: string): void {
    this.#refusals += 1;
    this.#say({ tone: 'refused', sentence });
  }

  #say(notice: views.Notice): void {
    this.#notice = notice;
    this.#world.later(() => {
      if (this.#notice !== notice) return;
      this.#notice = undefined;
      this.show();
    }, noticeMs);
  }

  #onCamera({ state, pin }: Extract<WorkerReport, { kind: 'camera' }>): void {
    if (state.kind === 'streaming') this.#onPin(pin);
    if (state.kind !== 'absent' && state.kind !== 'lost') return;
    if (state.kind === 'lost') this.#world.vault.record({ kind: 'camera-lost' });
    this.#stopWatching(state.sentence);
  }

  /** Somebody may have plugged in a camera of their own: only the passcode makes it the owner's. */
  #onPin(pin: string | undefined): void {
    this.#pin = pin;
    const { cameraPin } = this.#settings;
    if (cameraPin !== undefined && pin !== cameraPin) this.#stopCapture();
    if (this.#keeper.state.kind !== 'scanning' || cameraPin === undefined || pin === cameraPin) return;
    this.#keeper.happen({ kind: 'require-passcode', reason: 'other-camera' });
  }

  /** Camera or thread are gone: a look ends undecided, an enrolment says why it stopped. */
  #stopWatching(sentence: string): void {
    this.#stopCapture();
    this.#vision.stop();
    if (this.#place.kind === 'enrol' && this.#place.desk.progress.kind !== 'complete') {
      this.#place = { kind: 'enrol', desk: enrolling.stopEnrolling(this.#place.desk, sentence) };
    }
    if (this.#keeper.state.kind === 'scanning') {
      this.#keeper.happen({ kind: 'look-ended' });
      this.#say({ tone: 'plain', sentence });
    }
  }

  /** The thread or its cameras became known: what waited for them goes on. */
  #goOnWithVision(): void {
    if (this.#place.kind === 'enrol' && (this.#place.desk.progress.kind === 'waiting' || this.#place.desk.progress.kind === 'stopped')) {
      this.#startEnrolling(this.#place.desk);
    }
    this.#lookIfWanted();
  }

  // Enrolling.

  #enrol(personId: string, personName: string, appearance: Appearance = 'usual'): void {
    this.#stopCapture();
    this.#startEnrolling(enrolling.waitForCamera(personId, personName, appearance, this.#world.clocks().monotonicMs));
  }

  #startEnrolling(desk: enrolling.EnrolDesk): void {
    const { state, cameras } = this.#vision;
    const camera = this.#camera();
    if (state.kind === 'failed') {
      this.#place = { kind: 'enrol', desk: enrolling.stopEnrolling(desk, state.sentence) };
    } else if (state.kind === 'starting' || cameras.length === 0) {
      this.#place = { kind: 'enrol', desk };
    } else if (camera === undefined) {
      const absent = this.#vision.cameraState(this.#settings.cameraId);
      this.#place = { kind: 'enrol', desk: enrolling.stopEnrolling(desk, absent.kind === 'absent' ? absent.sentence : '') };
    } else {
      this.#place = { kind: 'enrol', desk: enrolling.startEnrolling(desk, state.model, this.#world.clocks().monotonicMs) };
      this.#vision.watch(camera, 'enrol');
    }
  }

  #moveEnrolment(desk: enrolling.EnrolDesk): void {
    this.#place = { kind: 'enrol', desk };
    if (desk.progress.kind !== 'complete') return;
    this.#vision.stop();
    const { vault, newId, clocks } = this.#world;
    const templates = enrolling.enrolledTemplates(desk, newId, clocks().wallMs);
    const replaced =
      desk.appearance === 'usual'
        ? vault.replaceTemplates(desk.personId, templates)
        : learnedFace.addAlternate(vault, desk.personId, templates);
    if (replaced.kind === 'refused') {
      this.#place = { kind: 'enrol', desk: enrolling.stopEnrolling(desk, replaced.sentence) };
      return;
    }
    this.#damage = undefined;
    const camera = this.#camera();
    const cameraId = this.#settings.cameraId ?? camera?.id;
    this.#saveSettings({ ...this.#settings, cameraId, cameraPin: this.#pin });
  }

  #leaveEnrolment(): void {
    this.#vision.stop();
    this.#vision.listCameras();
    this.#place = { kind: 'home' };
  }

  // Passcodes and settings.

  /** Has a passcode checked by the vault, which unseals on the way. */
  async #checkPasscode(passcode: string, personId?: string): Promise<Reply> {
    return (await this.#tryPasscode(passcode, personId === undefined ? [] : [personId])).reply;
  }

  /** The same for the passcode of one of these people, anybody's where none is named, and whose it was. One try, however many are asked. */
  async #tryPasscode(passcode: string, personIds: readonly string[]): Promise<{ reply: Reply; personId: string | undefined }> {
    let refused: Extract<Unsealing, { kind: 'refused' }> | undefined;
    let personId: string | undefined;
    const wasLocked = this.isLocked;
    const { state } = this.#keeper;
    const isOtherCamera = state.kind === 'passcode-required' && state.reason === 'other-camera';
    const outcome = await this.#keeper.tryPasscode(async () => {
      const unsealing = await this.#unseal(passcode, personIds);
      if (unsealing.kind === 'wrong-passcode') return 'wrong';
      if (unsealing.kind === 'refused') {
        refused = unsealing;
        return 'unchecked';
      }
      this.#damage = unsealing.records.kind === 'damaged' ? unsealing.records.sentence : undefined;
      if (wasLocked && this.isLocked) this.#entry = { by: 'passcode', wallMs: this.#world.clocks().wallMs };
      personId = unsealing.personId;
      return 'right';
    });
    if (outcome === 'right' && isOtherCamera) this.#saveSettings({ ...this.#settings, cameraPin: this.#pin });
    return { reply: outcome === 'unchecked' && refused !== undefined ? refused : this.#outcomeReply(outcome), personId };
  }

  async #unseal(passcode: string, personIds: readonly string[]): Promise<Unsealing> {
    const { vault } = this.#world;
    if (personIds.length === 0) return vault.unsealWithPasscode(passcode);
    for (const personId of new Set(personIds)) {
      const unsealing = await vault.unsealWithPasscode(passcode, personId);
      if (unsealing.kind !== 'wrong-passcode') return unsealing;
    }
    return { kind: 'wrong-passcode' };
  }

  #outcomeReply(outcome: PasscodeOutcome): Reply {
    switch (outcome) {
      case 'right':
        return done;
      case 'wrong':
        return refuse('Wrong passcode');
      case 'waiting':
        return refuse('Wait a moment before the next try');
      case 'unchecked':
        return refuse('The passcode could not be checked');
    }
  }

  /** Saves a choice that guards the screen, once the passcode was typed for it. */
  async #saveWithPasscode(passcode: string, choice: Partial<Settings>): Promise<Reply> {
    const checked = await this.#checkPasscode(passcode);
    if (checked.kind === 'refused') return checked;
    if (!this.#isInside()) return notNow;
    return this.#saveSettings({ ...this.#settings, ...choice });
  }

  #saveSettings(settings: Settings): Reply {
    const written = this.#world.vault.writeSettings(settingsToStore(settings));
    if (written.kind === 'refused') return written;
    this.#settings = settings;
    return this.#done();
  }
}
