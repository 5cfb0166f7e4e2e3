import type { Batch, BatchId, Participant, ParticipantId, Program, ProgramId } from "@scrip/domain";

/** Programs, batches and participants as COMMITTED on the ledger: a read model, never ahead of it. */
export interface Registry {
  /** The current version, or the one asked for. */
  program(programId: ProgramId, version?: number): Program | undefined;
  batch(batchId: BatchId): Batch | undefined;
  /** All batches, the oldest first. */
  batches(): Iterable<Batch>;
  participant(participantId: ParticipantId): Participant | undefined;
}
