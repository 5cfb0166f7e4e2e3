import type { Batch, BatchId, Participant, ParticipantId, Program, ProgramId } from "@scrip/domain";

/** Programs, batches and participants as COMMITTED on the ledger: a read model, never ahead of it. */
export interface Registry {
  /** The newest version, which may not rule yet, or the one asked for. */
  program(programId: ProgramId, version?: number): Program | undefined;
  /** The version that rules at a time, milliseconds; before the first one rules, the first. */
  ruling(programId: ProgramId, atMs: number): Program | undefined;
  batch(batchId: BatchId): Batch | undefined;
  /** All batches, the oldest first. */
  batches(): Iterable<Batch>;
  participant(participantId: ParticipantId): Participant | undefined;
}
