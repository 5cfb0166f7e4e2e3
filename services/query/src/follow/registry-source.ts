import { controlEventOf, type CommittedRegistry } from "@scrip/application";
import { PortError, type ControlFact, type FollowerStore } from "@scrip/ports";
import { decodeEvent, type Hash, leafKey } from "@scrip/wire";
import { controlPageEvents } from "../limits.ts";

type ControlReads = Pick<FollowerStore, "controlEvents" | "entry" | "leaf">;

/** Control events of the verified copy, page by page. */
export class ControlFacts {
  readonly #store: ControlReads;
  readonly #hash: Hash;

  constructor(store: ControlReads, hash: Hash) {
    this.#store = store;
    this.#hash = hash;
  }

  /** The next ones behind a log index; a page that is not full is the last. @throws PortError CORRUPT */
  page(after: number): ControlFact[] {
    return this.#store.controlEvents(after, controlPageEvents).map((index) => this.#fact(index));
  }

  #fact(index: number): ControlFact {
    const entry = this.#store.entry(index);
    if (entry === undefined) throw new PortError("CORRUPT", `entry ${index} is not there`);
    const { event } = decodeEvent(entry);
    if (event.type !== "ProgramChanged") return { index, entry, version: null };
    const { programId, version } = event.program;
    const leaf = this.#store.leaf(leafKey(this.#hash, "program-version", { programId, version }));
    if (leaf === undefined)
      throw new PortError("CORRUPT", `no leaf of version ${version} of program ${programId}`);
    return { index, entry, version: leaf };
  }
}

/** Brings a registry up to the verified copy: everything at start, then what each block adds. */
export class RegistrySource {
  readonly #facts: ControlFacts;
  readonly #registry: CommittedRegistry;
  #last = -1;

  constructor(facts: ControlFacts, registry: CommittedRegistry) {
    this.#facts = facts;
    this.#registry = registry;
  }

  /** Applies the control events that it has not seen. @throws PortError CORRUPT when one of them is none */
  catchUp(): void {
    for (;;) {
      const page = this.#facts.page(this.#last);
      for (const fact of page) this.#registry.apply(controlEventOf(fact));
      this.#last = page.at(-1)?.index ?? this.#last;
      if (page.length < controlPageEvents) return;
    }
  }
}
