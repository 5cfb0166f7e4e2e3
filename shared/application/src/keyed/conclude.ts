import type {
  Card,
  Command,
  Consequence,
  DomainEvent,
  EventType,
  Program,
  Refusal,
  Situation,
} from "@scrip/domain";
import { decide, evolve, expireDue } from "@scrip/domain";
import { PortError, type WalletEntry } from "@scrip/ports";
import type { Attempt, Effects } from "./attempt.ts";
import { noEffects } from "./attempt.ts";
import { newEntry } from "./new-entry.ts";
import type { OperationPorts } from "./ports.ts";
import { effectsOf, together } from "./records.ts";
import { after } from "./situation.ts";

export type EventOf<Type extends EventType> = Extract<DomainEvent, { type: Type }>;

/** A command with all it is judged by, and how its event is answered. */
export interface Plan<Type extends EventType> {
  readonly command: Command;
  readonly situation: Situation;
  /** The event that the command leads to. */
  readonly type: Type;
  readonly shard: number;
  /** Whose wallet each card is in as it was found. */
  readonly walletOf: (card: Card) => string | null;
  /** Whose it is after the command; left out: the same. */
  readonly walletAfter?: (card: Card) => string | null;
  /** What is answered; `before` is the situation that the event met. */
  readonly answer: (event: EventOf<Type>, consequence: Consequence, before: Situation) => object;
  /** What the caller may see beside a refusal. */
  readonly seen?: (situation: Situation) => object;
  readonly claims?: readonly string[];
  /** Wallet index entries of this shard that go with the save. */
  readonly walletRemoves?: readonly WalletEntry[];
  /** See `Attempt`: not called for what is refused. */
  readonly before?: () => Promise<unknown>;
}

type PlanExtras = Pick<Plan<EventType>, "claims" | "walletRemoves">;
type ConcludePorts = Pick<OperationPorts, "hash" | "identity" | "registry">;

/**
 * Lets the rules decide and turns what they say into what is saved.
 * @throws PortError VERSION_CONFLICT when the cards show that this very operation was saved meanwhile.
 */
export function conclude<Type extends EventType>(ports: ConcludePorts, plan: Plan<Type>): Attempt {
  const { command, shard, before } = plan;
  const due = whatIsDue(ports, plan);
  const decision = decide(due.situation, command);
  if (decision.kind === "REFUSED") {
    const refusal = honest(decision.refusal);
    const seen = plan.seen?.(due.situation) ?? {};
    return { kind: "DECLINE", shard, refusal, atMs: command.nowMs, seen, effects: due.effects };
  }
  const event = expected(decision.event, plan.type);
  const ruling = rulingThen(ports, event);
  if (ruling !== null)
    return conclude(ports, { ...plan, situation: { ...plan.situation, program: ruling } });
  const consequence = evolve(due.situation, event);
  const entry = newEntry(ports, event);
  const written = effectsOf(entry, consequence, plan.walletAfter ?? plan.walletOf);
  const own = withOwn(written, plan);
  return {
    kind: "SAVE",
    shard,
    effects: due.effects === noEffects ? own : together(due.effects, own),
    eventId: entry.eventId,
    atMs: event.atMs,
    answer: plan.answer(event, consequence, due.situation),
    ...(before === undefined ? {} : { before }),
  };
}

/** What the event changes, with what its plan adds. */
function withOwn(written: Effects, { claims, walletRemoves }: PlanExtras): Effects {
  if (claims === undefined && walletRemoves === undefined) return written;
  const removes = [...written.walletRemoves, ...(walletRemoves ?? [])];
  return { ...written, walletRemoves: removes, claims: claims ?? [] };
}

/**
 * The version of the program that rules at the event's time, where it is a later one than the event was decided under:
 * a card that has seen a later time than our clock moves its event there.
 */
export function rulingThen(
  { registry }: Pick<OperationPorts, "registry">,
  event: DomainEvent,
): Program | null {
  if (!("programVersion" in event)) return null;
  const ruling = registry.ruling(event.programId, event.atMs);
  return ruling !== undefined && ruling.version > event.programVersion ? ruling : null;
}

/** Lets the cards expire that are due before the command meets them: an event of its own, in the same save. */
export function whatIsDue(
  ports: Pick<OperationPorts, "hash" | "identity">,
  { situation, command, walletOf }: Pick<Plan<EventType>, "situation" | "command" | "walletOf">,
): { readonly situation: Situation; readonly effects: Effects } {
  const event = expireDue(situation, command.nowMs);
  if (event === null) return { situation, effects: noEffects };
  const consequence = evolve(situation, event);
  const effects = effectsOf(newEntry(ports, event), consequence, walletOf);
  return { situation: after(situation, consequence), effects };
}

/** A refusal that may be answered and kept. @throws Error for one that only an event that lies deserves. */
export function honest(refusal: Refusal): Refusal {
  switch (refusal.code) {
    case "OPERATION_ALREADY_EXISTS":
      // The same key saved between our two looks; its outcome is the answer, not this.
      throw new PortError("VERSION_CONFLICT", "the operation was saved meanwhile");
    case "VERSION_GAP":
    case "NOT_DUE":
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
