import {
  addTotals,
  admit,
  closeDue,
  decide,
  evolve,
  expireDue,
  leavesOf,
  noTotals,
  sumsDelta,
  type Batch,
  type Card,
  type CardId,
  type Command,
  type Decision,
  type DomainEvent,
  type DueEvent,
  type Leaves,
  type Operation,
  type OpId,
  type Participant,
  type Program,
  type ProgramId,
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
  /** Versions of each program, from 1. */
  readonly programs = new Map<string, Program[]>();
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
      program: this.programs.get(program?.programId ?? "")?.[(program?.version ?? 0) - 1] ?? null,
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

  /** The version of a program that rules at a time. */
  ruling(programId: ProgramId, atMs: number): Leaves["program"] {
    const versions = this.programs.get(programId) ?? [];
    const ruling = versions.findLast((one) => one.effectiveFromMs <= atMs) ?? versions[0];
    return { programId, version: ruling?.version ?? 1 };
  }

  /**
   * Decides as a store does: over what the caller loaded, after what is due, under the version that rules when the
   * event happens. An accepted event takes effect.
   */
  decide(names: Partial<Leaves>, command: Command): Decision {
    this.#takeDue(expireDue(this.situation(names), command.nowMs));
    const before = this.situation(names);
    const decision = decide(before, command);
    if (decision.kind === "REFUSED") return decision;
    const { event } = decision;
    const later = "programVersion" in event && this.ruling(event.programId, event.atMs);
    if (later && later.version > event.programVersion)
      return this.decide({ ...names, program: later }, command);
    this.#take(before, event);
    return decision;
  }

  /** Expires every card that is due, and closes every operation. */
  sweep(nowMs: number): void {
    for (const programId of this.programs.keys()) {
      const program = this.ruling(programId as ProgramId, nowMs);
      const cards = [...this.cards.keys()];
      this.#takeDue(expireDue(this.situation({ program, cards }), nowMs));
      const operations = [...this.operations.keys()] as OpId[];
      this.#takeDue(closeDue(this.situation({ program, operations }), nowMs));
    }
  }

  #takeDue(event: DueEvent | null): void {
    if (event === null) return;
    const later = this.ruling(event.programId, event.atMs);
    // A card that has seen a later time than our clock moves the event there.
    if ((later?.version ?? 0) > event.programVersion) return;
    this.#take(this.situation(leavesOf(event)), event);
  }

  /** Judges as a ledger does: by the leaves the event names, and by the versions that its program has. */
  refusalOf(event: DomainEvent): Refusal | null {
    const superseded = { code: "PROGRAM_VERSION_WRONG" } as const;
    if (event.type === "ProgramChanged") {
      const { programId, version } = event.program;
      if (this.programs.get(programId)?.length !== version - 1) return superseded;
    }
    if ("programVersion" in event) {
      const ruling = this.ruling(event.programId, event.atMs);
      if ((ruling?.version ?? 0) > event.programVersion) return superseded;
    }
    return admit(this.situation(leavesOf(event)), event);
  }

  /** An event that is admitted takes effect. */
  submit(event: DomainEvent): Refusal | null {
    const refusal = this.refusalOf(event);
    if (refusal === null) this.#take(this.situation(leavesOf(event)), event);
    return refusal;
  }

  #take(before: Situation, event: DomainEvent): void {
    const after = evolve(before, event);
    if (after.program !== null) {
      const { programId } = after.program;
      this.programs.set(programId, [...(this.programs.get(programId) ?? []), after.program]);
    }
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
