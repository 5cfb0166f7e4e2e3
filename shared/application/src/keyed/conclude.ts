import type {
  Card,
  Command,
  Consequence,
  DomainEvent,
  EventType,
  Refusal,
  Situation,
} from "@scrip/domain";
import { decide, evolve } from "@scrip/domain";
import { PortError } from "@scrip/ports";
import type { Attempt } from "./attempt.ts";
import { newEntry } from "./new-entry.ts";
import type { OperationPorts } from "./ports.ts";
import { effectsOf } from "./records.ts";

export type EventOf<Type extends EventType> = Extract<DomainEvent, { type: Type }>;

/** A command with all it is judged by, and how its event is answered. */
export interface Plan<Type extends EventType> {
  readonly command: Command;
  readonly situation: Situation;
  /** The event that the command leads to. */
  readonly type: Type;
  readonly shard: number;
  readonly walletOf: (card: Card) => string | null;
  readonly answer: (event: EventOf<Type>, consequence: Consequence) => object;
  /** What the caller may see beside a refusal. */
  readonly seen?: () => object;
  readonly claims?: readonly string[];
  /** See `Attempt`: not called for what is refused. */
  readonly before?: () => Promise<unknown>;
}

/**
 * Lets the rules decide and turns what they say into what is saved.
 * @throws PortError VERSION_CONFLICT when the cards show that this very operation was saved meanwhile.
 */
export function conclude<Type extends EventType>(
  ports: Pick<OperationPorts, "hash" | "identity">,
  plan: Plan<Type>,
): Attempt {
  const { command, situation, shard, before } = plan;
  const decision = decide(situation, command);
  if (decision.kind === "REFUSED") {
    const refusal = honest(decision.refusal);
    const seen = plan.seen?.() ?? {};
    return { kind: "DECLINE", shard, refusal, atMs: command.nowMs, seen };
  }
  const event = expected(decision.event, plan.type);
  const consequence = evolve(situation, event);
  const entry = newEntry(ports, event);
  return {
    kind: "SAVE",
    shard,
    effects: { ...effectsOf(entry, consequence, plan.walletOf), claims: plan.claims ?? [] },
    eventId: entry.eventId,
    atMs: event.atMs,
    answer: plan.answer(event, consequence),
    ...(before === undefined ? {} : { before }),
  };
}

/** A refusal that may be answered and kept. @throws Error for one that only an event that lies deserves. */
export function honest(refusal: Refusal): Refusal {
  switch (refusal.code) {
    case "OPERATION_ALREADY_EXISTS":
      // The same key saved between our two looks; its outcome is the answer, not this.
      throw new PortError("VERSION_CONFLICT", "the operation was saved meanwhile");
    case "VERSION_GAP":
    case "TIME_WENT_BACK":
    case "AFTER_AMOUNTS_WRONG":
      throw new Error(`the rules decided what they refuse: ${refusal.code}`);
    default:
      return refusal;
  }
}

/** @throws Error when the rules led a command to another event than it leads to: a broken promise. */
function expected<Type extends EventType>(event: DomainEvent, type: Type): EventOf<Type> {
  if (event.type !== type) throw new Error(`expected ${type}, decided ${event.type}`);
  return event as EventOf<Type>;
}
