import type {
  Batch,
  BatchId,
  ControlEvent,
  Participant,
  ParticipantId,
  Program,
  ProgramId,
} from "@scrip/domain";
import type { Registry } from "@scrip/ports";

/**
 * Programs, batches and participants, folded from control events in the order of the log. Whoever feeds it passes
 * COMMITTED events only, so it is never ahead of the ledger. Feeding an event again changes nothing.
 * A batch stands as it was created: how many of its cards exist is known to the card shards, not to control events.
 */
export class CommittedRegistry implements Registry {
  readonly #programs = new Map<ProgramId, Map<number, Program>>();
  readonly #batches = new Map<BatchId, Batch>();
  readonly #participants = new Map<ParticipantId, Participant>();

  apply(event: ControlEvent): void {
    switch (event.type) {
      case "ProgramCreated":
      case "ProgramChanged":
        return this.#addProgram(event.program);
      case "BatchCreated":
        this.#batches.set(event.batch.batchId, event.batch);
        return;
      case "ParticipantRegistered":
        this.#participants.set(event.participant.participantId, event.participant);
        return;
      case "CardReconciled":
      case "EpochOpened":
        return;
    }
  }

  program(programId: ProgramId, version?: number): Program | undefined {
    const versions = this.#programs.get(programId);
    // Versions come from 1 without gaps, so the newest has the number of how many there are.
    return versions?.get(version ?? versions.size);
  }

  ruling(programId: ProgramId, atMs: number): Program | undefined {
    const versions = this.#programs.get(programId);
    for (let version = versions?.size ?? 0; version > 1; version -= 1) {
      const program = versions?.get(version);
      if (program !== undefined && program.effectiveFromMs <= atMs) return program;
    }
    return versions?.get(1);
  }

  batch(batchId: BatchId): Batch | undefined {
    return this.#batches.get(batchId);
  }

  batches(): Iterable<Batch> {
    return this.#batches.values();
  }

  participant(participantId: ParticipantId): Participant | undefined {
    return this.#participants.get(participantId);
  }

  #addProgram(program: Program): void {
    const versions = this.#programs.get(program.programId) ?? new Map<number, Program>();
    versions.set(program.version, program);
    this.#programs.set(program.programId, versions);
  }
}
