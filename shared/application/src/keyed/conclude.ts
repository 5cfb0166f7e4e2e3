import type { Card, Command, Consequence, DomainEvent, EventType, Situation } from "@scrip/domain";
import { decide, evolve } from "@scrip/domain";
import type { OperationPorts } from "./ports.ts";
import type { Attempt } from "./keyed.ts";
import { newEntry } from "./new-entry.ts";
import { cardChanges } from "./records.ts";

type EventOf<Type extends EventType> = Extract<DomainEvent, { type: Type }>;

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
  readonly seen?: object;
  readonly claims?: readonly string[];
}

/** Lets the rules decide and turns what they say into what is saved. */
export function conclude<Type extends EventType>(
  ports: Pick<OperationPorts, "hash" | "identity">,
  plan: Plan<Type>,
): Attempt {
  const { command, situation, shard } = plan;
  const decision = decide(situation, command);
  if (decision.kind === "REFUSED") {
    return {
      kind: "DECLINE",
      shard,
      refusal: decision.refusal,
      atMs: command.nowMs,
      extra: plan.seen ?? {},
    };
  }
  const event = expected(decision.event, plan.type);
  const consequence = evolve(situation, event);
  const entry = newEntry(ports, event);
  return {
    kind: "SAVE",
    shard,
    changes: { ...cardChanges(entry, consequence, plan.walletOf), claims: plan.claims ?? [] },
    eventId: entry.eventId,
    atMs: event.atMs,
    answer: plan.answer(event, consequence),
  };
}

/** @throws Error when the rules led a command to another event than it leads to: a broken promise. */
function expected<Type extends EventType>(event: DomainEvent, type: Type): EventOf<Type> {
  if (event.type !== type) throw new Error(`expected ${type}, decided ${event.type}`);
  return event as EventOf<Type>;
}
