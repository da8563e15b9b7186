import type { AppView, Reply } from '../../contract/ipc.ts';
import type { WorkerReport } from '../../contract/worker-messages.ts';
import type { VaultOpening } from '../../vault/vault.ts';
import type { RequestHandlers } from '../ipc-door.ts';
import { describeError } from '../log.ts';
import type { VaultGone } from '../profile-vault.ts';
import type { LatchSurroundings, Screens } from './latch/surroundings.ts';
import { Latch } from './latch.ts';

/** Where the app stands as a whole. */
type Running =
  | { readonly kind: 'open'; readonly latch: Latch }
  /** `covered`: the fault came when the screen was covered already, and the cover stays. */
  | {
      readonly kind: 'trouble';
      readonly sentence: string;
      readonly gone: boolean;
      readonly closed: string | undefined;
      readonly covered: boolean;
    };

export interface FacelatchSurroundings extends Omit<LatchSurroundings, 'vault'> {
  readonly openVault: () => VaultOpening | VaultGone;
  /** Forgets a vault that is gone, so that the next opening is a first one. */
  readonly forgetVault: () => void;
  /** Called once, when no vault could be opened at the start: whether and how the screen is closed all the same, as a sentence. */
  readonly withoutVault?: () => string | undefined;
  /** Has the vision thread started; called once a vault is open. */
  readonly startVision: () => void;
  /** Hands one window what is shown now. */
  readonly showTo: (sender: number, view: AppView) => void;
  readonly quit: () => void;
}

const done: Reply = { kind: 'done' };
const notNow: Reply = { kind: 'refused', sentence: 'Not possible now.' };

/** The app around the latch: what there is when the vault cannot be opened, and which request goes where. */
export class Facelatch {
  readonly #world: FacelatchSurroundings;
  #running: Running;

  constructor(world: FacelatchSurroundings) {
    this.#world = world;
    this.#running = this.#start(world.withoutVault);
  }

  get latch(): Latch | undefined {
    return this.#running.kind === 'open' ? this.#running.latch : undefined;
  }

  get isLocked(): boolean {
    return this.#running.kind === 'open' ? this.#running.latch.isLocked : this.#running.covered;
  }

  onReport(report: WorkerReport): void {
    this.latch?.onReport(report);
  }

  view(): AppView {
    if (this.#running.kind === 'open') return this.#running.latch.view();
    const { sentence, gone, closed } = this.#running;
    const way = gone
      ? 'Put it back and try again. Or start anew, as if for the first time: nobody is enrolled then.'
      : 'Nothing was changed. Once the cause is gone, try again.';
    const remedy = [way, closed].filter((line) => line !== undefined).join(' ');
    return { kind: 'trouble', sentence, remedy, canStartAnew: gone };
  }

  /** What each request does. */
  handlers(): RequestHandlers {
    const toLatch = (use: (latch: Latch) => Reply | Promise<Reply>): Reply | Promise<Reply> => {
      if (this.latch === undefined) return notNow;
      this.latch.goOn();
      return use(this.latch);
    };
    return {
      'window-ready': (_payload, sender) => {
        this.#world.showTo(sender, this.view());
        return done;
      },
      'begin-set-up': () => toLatch((latch) => latch.beginSetUp()),
      'set-up': (payload) => toLatch((latch) => latch.setUp(payload)),
      'enrol-again': (payload) => toLatch((latch) => latch.enrolAgain(payload)),
      'add-person': (payload) => toLatch((latch) => latch.addPerson(payload)),
      'leave-enrolment': () => toLatch((latch) => latch.leaveEnrolment()),
      'go-on': () => toLatch(() => done),
      'lock-screen': () => toLatch((latch) => latch.lockScreen()),
      'lock-now': () => toLatch((latch) => latch.lockNow()),
      look: () =>
        toLatch((latch) => {
          latch.look();
          return done;
        }),
      'unlock-with-passcode': (payload) => toLatch((latch) => latch.unlockWithPasscode(payload)),
      'choose-seat': (payload) => toLatch((latch) => latch.chooseSeat(payload)),
      'choose-camera': (payload) => toLatch((latch) => latch.chooseCamera(payload)),
      'choose-idle-lock': ({ minutes }) => toLatch((latch) => latch.chooseIdleLock(minutes)),
      'require-attention': () => toLatch((latch) => latch.requireAttention()),
      'waive-attention': (payload) => toLatch((latch) => latch.waiveAttention(payload)),
      'choose-mode': (payload) => toLatch((latch) => latch.chooseMode(payload)),
      'choose-panic-shortcut': (payload) => toLatch((latch) => latch.choosePanicShortcut(payload)),
      'choose-lock-command': (payload) => toLatch((latch) => latch.chooseLockCommand(payload)),
      'give-passcode': (payload) => toLatch((latch) => latch.givePasscode(payload)),
      'show-activity': () => toLatch((latch) => latch.showActivity()),
      'hide-activity': () => toLatch((latch) => latch.hideActivity()),
      'change-passcode': (payload) => toLatch((latch) => latch.changePasscode(payload)),
      'delete-person': (payload) => toLatch((latch) => latch.deletePerson(payload)),
      'stop-learning': (payload) => toLatch((latch) => latch.stopLearning(payload)),
      'start-learning': (payload) => toLatch((latch) => latch.startLearning(payload)),
      'undo-learning': (payload) => toLatch((latch) => latch.undoLearning(payload)),
      'forget-learning': (payload) => toLatch((latch) => latch.forgetLearning(payload)),
      'renew-face': (payload) => toLatch((latch) => latch.renewFace(payload)),
      'enrol-alternate': (payload) => toLatch((latch) => latch.enrolAlternate(payload)),
      'remove-alternate': (payload) => toLatch((latch) => latch.removeAlternate(payload)),
      'show-insight': (payload) => toLatch((latch) => latch.showInsight(payload)),
      'hide-insight': () => toLatch((latch) => latch.hideInsight()),
      'try-again': () => (this.latch === undefined ? this.#tryAgain() : this.latch.tryAgain()),
      'start-anew': () => this.#startAnew(),
      quit: () => {
        if (this.isLocked) return notNow;
        this.#world.quit();
        return done;
      },
    };
  }

  #start(withoutVault?: () => string | undefined): Running {
    let covered = false;
    const screens: Screens = {
      cover: () => {
        covered = true;
        this.#world.screens.cover();
      },
      uncover: () => this.#world.screens.uncover(),
      show: (view) => this.#world.screens.show(view),
    };
    const opened = this.#openLatch(screens);
    if (opened.kind === 'open') {
      this.#world.startVision();
      return opened;
    }
    const gone = opened.kind === 'gone';
    const sentence = gone ? 'Facelatch was set up here, and its vault is gone.' : opened.sentence;
    return { kind: 'trouble', sentence, gone, closed: withoutVault?.(), covered };
  }

  /** A bug at the start is met like a vault that does not open: otherwise there would be neither a lock nor a word. */
  #openLatch(screens: Screens): Extract<Running, { kind: 'open' }> | Extract<VaultOpening, { kind: 'refused' }> | VaultGone {
    let opening: VaultOpening | VaultGone | undefined;
    try {
      opening = this.#world.openVault();
      return opening.kind !== 'opened' ? opening : { kind: 'open', latch: new Latch({ ...this.#world, screens, vault: opening.vault }) };
    } catch (error) {
      this.#world.log(`start failed: ${describeError(error)}`);
      if (opening?.kind === 'opened') opening.vault.close();
      return { kind: 'refused', sentence: 'Something in Facelatch broke while it started.' };
    }
  }

  /** There is no lock to get around: whoever reads this page has the desktop before them. */
  #startAnew(): Reply {
    if (this.#running.kind !== 'trouble' || !this.#running.gone) return notNow;
    this.#world.forgetVault();
    return this.#tryAgain();
  }

  #tryAgain(): Reply {
    this.#running = this.#start();
    this.#world.screens.show(this.view());
    return done;
  }
}
