import type { CommittedRegistry } from "@scrip/application";
import type { ControlEvent, ProgramChanged } from "@scrip/domain";
import { isControl } from "@scrip/ledger-state";
import { PortError, type FollowerStore } from "@scrip/ports";
import { decodeEvent, decodeLeaf, type Hash, leafKey } from "@scrip/wire";
import { controlPageEvents } from "../limits.ts";

/** Brings a registry up to the verified copy: everything at start, then what each block adds. */
export class RegistrySource {
  readonly #store: Pick<FollowerStore, "controlEvents" | "entry" | "leaf">;
  readonly #registry: CommittedRegistry;
  readonly #hash: Hash;
  #last = -1;

  constructor(
    store: Pick<FollowerStore, "controlEvents" | "entry" | "leaf">,
    registry: CommittedRegistry,
    hash: Hash,
  ) {
    this.#store = store;
    this.#registry = registry;
    this.#hash = hash;
  }

  /** Applies the control events that it has not seen. @throws PortError CORRUPT when one of them is none */
  catchUp(): void {
    for (;;) {
      const page = this.#store.controlEvents(this.#last, controlPageEvents);
      for (const index of page) this.#registry.apply(this.#read(index));
      this.#last = page.at(-1) ?? this.#last;
      if (page.length < controlPageEvents) return;
    }
  }

  #read(index: number): ControlEvent {
    const bytes = this.#store.entry(index);
    const event = bytes === undefined ? undefined : decodeEvent(bytes).event;
    if (event === undefined || !isControl(event)) {
      throw new PortError("CORRUPT", `entry ${index} is no control event`);
    }
    return event.type === "ProgramChanged" ? this.#asLedgerHasIt(event) : event;
  }

  /** From when a changed program rules is the ledger's to say. */
  #asLedgerHasIt(event: ProgramChanged): ProgramChanged {
    const { programId, version } = event.program;
    const leaf = this.#store.leaf(leafKey(this.#hash, "program-version", { programId, version }));
    if (leaf === undefined)
      throw new PortError("CORRUPT", `no leaf of version ${version} of program ${programId}`);
    return { ...event, program: decodeLeaf("program-version", leaf) };
  }
}
