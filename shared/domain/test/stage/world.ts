import {
  addTotals,
  admit,
  decide,
  evolve,
  leavesOf,
  noTotals,
  sumsDelta,
  type Batch,
  type Card,
  type CardId,
  type Command,
  type Decision,
  type DomainEvent,
  type Leaves,
  type Operation,
  type Participant,
  type Program,
  type Refusal,
  type Situation,
  type Totals,
} from "../../src/index.ts";

const nothing: Leaves = {
  program: null,
  batch: null,
  participant: null,
  cards: [],
  operations: [],
  stream: null,
};

/** Everything there is, and every event that made it: a store and a ledger of a few lines. */
export class World {
  readonly programs = new Map<string, Program>();
  readonly batches = new Map<string, Batch>();
  readonly participants = new Map<string, Participant>();
  readonly cards = new Map<CardId, Card>();
  readonly operations = new Map<string, Operation>();
  readonly events: DomainEvent[] = [];
  totals: Totals = noTotals;

  /** The leaves that are named and exist. */
  situation(names: Partial<Leaves>): Situation {
    const { program, batch, participant, cards, operations } = { ...nothing, ...names };
    const known = cards.map((id) => this.cards.get(id)).filter((card) => card !== undefined);
    return {
      program: this.programs.get(program?.programId ?? "") ?? null,
      batch: this.batches.get(batch ?? "") ?? null,
      participant: this.participants.get(participant ?? "") ?? null,
      operations: new Map(
        operations.flatMap((opId) => {
          const known = this.operations.get(opId);
          return known === undefined ? [] : [[opId, known] as const];
        }),
      ),
      stream: null,
      cards: new Map(known.map((card) => [card.cardId, card])),
    };
  }

  /** Decides as a store does: over what the caller loaded. An accepted event takes effect. */
  decide(names: Partial<Leaves>, command: Command): Decision {
    const before = this.situation(names);
    const decision = decide(before, command);
    if (decision.kind === "ACCEPTED") this.#take(before, decision.event);
    return decision;
  }

  /** Judges as a ledger does: by the leaves the event names. An admitted event takes effect. */
  submit(event: DomainEvent): Refusal | null {
    const before = this.situation(leavesOf(event));
    const refusal = admit(before, event);
    if (refusal === null) this.#take(before, event);
    return refusal;
  }

  #take(before: Situation, event: DomainEvent): void {
    const after = evolve(before, event);
    if (after.program !== null) this.programs.set(after.program.programId, after.program);
    if (after.batch !== null) this.batches.set(after.batch.batchId, after.batch);
    if (after.participant !== null)
      this.participants.set(after.participant.participantId, after.participant);
    for (const one of after.operations) this.operations.set(one.opId, one);
    for (const opId of after.closed) this.operations.delete(opId);
    for (const card of after.cards) {
      this.totals = addTotals(this.totals, sumsDelta(this.cards.get(card.cardId), card));
      this.cards.set(card.cardId, card);
    }
    this.events.push(event);
  }
}
