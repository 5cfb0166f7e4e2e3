import { backoffMs, Bell, systemPause, type Pause } from "@scrip/application";
import { FollowerError, type FollowedBlock, type Follower } from "@scrip/ledger-state";
import { parseCheckpoint, parseNote, ProofError } from "@scrip/merkle-log";
import { PortError, type Clock, type FollowerStore, type LedgerReads } from "@scrip/ports";
import {
  followBlocksMax,
  followPollMs,
  followRetryFirstMs,
  followRetryMaxMs,
  renewMinMs,
} from "../limits.ts";

/** What whoever watches a following hears. */
export interface FollowObserver {
  /** A block is verified, durable and visible. */
  followed(block: FollowedBlock): void;
  /** How long the ledger says its log is: heard, not verified. */
  heard(ledgerSize: number, verifiedSize: number): void;
  /** Everything that the ledger has is taken. */
  caughtUp(): void;
  /** An attempt failed; it is made again after a pause. */
  failed(error: unknown): void;
  /** The ledger, or this copy, is not to be believed: nothing more is taken. What was verified is still served. */
  stopped(error: unknown): void;
}

export interface FollowingWiring {
  readonly ledger: LedgerReads;
  readonly store: Pick<FollowerStore, "checkpoint">;
  /** Opens the follower on the store as it is now; again after a commit whose outcome is unknown. */
  readonly openFollower: () => Promise<Follower>;
  readonly clock: Clock;
  readonly observer: FollowObserver;
  readonly pause?: Pause;
}

/** Pulls blocks from the ledger and has the follower verify them, one after the other, until something is wrong. */
export class LedgerFollowing {
  readonly #wiring: FollowingWiring;
  readonly #pause: Pause;
  readonly #bell = new Bell();
  readonly #stopped = new AbortController();
  #follower: Follower | null = null;
  #running: Promise<void> = Promise.resolve();
  #unlisten: () => void = () => undefined;
  #renewedAtMs = 0;

  constructor(wiring: FollowingWiring) {
    this.#wiring = wiring;
    this.#pause = wiring.pause ?? systemPause;
  }

  /** The follower on the store as it is. @throws Error before `start` */
  get follower(): Follower {
    if (this.#follower === null) throw new Error("the follower is not open yet");
    return this.#follower;
  }

  /** Opens the store's copy and begins to follow. @throws LedgerStateError STATE_CORRUPT; PortError */
  async start(): Promise<void> {
    this.#follower = await this.#wiring.openFollower();
    this.#unlisten = this.#wiring.ledger.onProgress(() => this.#bell.ring());
    this.#running = this.#run();
  }

  /** Ends after the block under way. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#bell.ring();
    this.#unlisten();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stopped.signal.aborted;) {
      try {
        const moved = await this.#pull();
        failures = 0;
        if (!moved) await this.#idle();
      } catch (error) {
        if (!passes(error)) return this.#wiring.observer.stopped(error);
        this.#wiring.observer.failed(error);
        failures += 1;
        const bounds = { firstMs: followRetryFirstMs, maxMs: followRetryMaxMs };
        await this.#pause(backoffMs(failures, bounds), this.#stopped.signal);
      }
    }
  }

  /** Takes the next blocks; false when there are none. */
  async #pull(): Promise<boolean> {
    const { ledger, observer } = this.#wiring;
    const note = await ledger.checkpoint();
    const { size } = parseCheckpoint(parseNote(note).text);
    observer.heard(size, this.follower.state.size);
    const blocks = await ledger.blocks(this.follower.state.size, followBlocksMax);
    for (const block of blocks) {
      if (this.#stopped.signal.aborted) return true;
      observer.followed(await this.#take(block));
    }
    if (blocks.length > 0) return true;
    observer.caughtUp();
    if (size === this.follower.state.size) await this.#renew(note, size);
    return false;
  }

  async #take(block: Parameters<Follower["take"]>[0]): Promise<FollowedBlock> {
    try {
      return await this.follower.take(block);
    } catch (error) {
      // The commit may have taken place although it failed: what the store holds now decides.
      if (error instanceof PortError && error.retryable) {
        this.#follower = await this.#wiring.openFollower();
      }
      throw error;
    }
  }

  /** Keeps a note with newer cosignatures over the same log, every now and then. */
  async #renew(note: string, size: number): Promise<void> {
    const nowMs = this.#wiring.clock.nowMs();
    if (nowMs - this.#renewedAtMs < renewMinMs) return;
    if (note === this.#wiring.store.checkpoint(size)) return;
    this.#renewedAtMs = nowMs;
    try {
      await this.follower.renew(note);
    } catch (error) {
      // Validators renew one after the other: a note that few have signed yet is nothing to worry about.
      if (!quorumMissing(error)) throw error;
    }
  }

  async #idle(): Promise<void> {
    const waited = new AbortController();
    await this.#bell.rung(this.#pause(followPollMs, waited.signal));
    waited.abort();
  }
}

/** Whether trying again can help: the world failed, or not enough validators have signed yet. */
function passes(error: unknown): boolean {
  return error instanceof PortError ? error.retryable : quorumMissing(error);
}

const quorumMissing = (error: unknown): boolean =>
  error instanceof FollowerError &&
  error.cause instanceof ProofError &&
  error.cause.code === "QUORUM_NOT_MET";
