import type { CommittedRegistry } from "@scrip/application";
import type { ControlEvent } from "@scrip/domain";
import { isControl } from "@scrip/ledger-state";
import { PortError, type FollowerStore } from "@scrip/ports";
import { decodeEvent } from "@scrip/wire";
import { controlPageEvents } from "../limits.ts";

/** Brings a registry up to the verified copy: everything at start, then what each block adds. */
export class RegistrySource {
  readonly #store: Pick<FollowerStore, "controlEvents" | "entry">;
  readonly #registry: CommittedRegistry;
  #last = -1;

  constructor(store: Pick<FollowerStore, "controlEvents" | "entry">, registry: CommittedRegistry) {
    this.#store = store;
    this.#registry = registry;
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
    return event;
  }
}
