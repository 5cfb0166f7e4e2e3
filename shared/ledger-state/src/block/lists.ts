import type { BatchId, CardId, DomainEvent, ParticipantId, ProgramId } from "@scrip/domain";
import { programOf } from "./named-by.ts";

/*
 * Lists of events that those who serve queries keep: which there are, and which events stand in them, oldest first.
 */

/** Every event of a program, rejected ones too: leaving one out would show. */
export const listOfProgram = (programId: ProgramId): string => `program:${programId}`;
/** Accepted write-offs at an acceptor, and their refunds. */
export const listOfAcceptor = (acceptor: ParticipantId): string => `acceptor:${acceptor}`;
/** Accepted events that brought cards of a batch into being. */
export const listOfBatch = (batchId: BatchId): string => `batch:${batchId}`;

/** Every rejection, those of bytes that are no event too. */
export const listOfRejections = "rejections";

/** The lists that an event stands in. */
export function listsOf(event: DomainEvent, accepted: boolean): string[] {
  const programId = programOf(event);
  const lists = programId === null ? [] : [listOfProgram(programId)];
  if (!accepted) return lists;
  if (event.type === "CardWrittenOff" || event.type === "CardRefunded") {
    lists.push(listOfAcceptor(event.acceptor));
  }
  const made = batchCardsMadeBy(event);
  if (made !== null) lists.push(listOfBatch(made.batchId));
  return lists;
}

/** The cards of a batch that an event brought into being, in its order; null when it made none. */
export function batchCardsMadeBy(
  event: DomainEvent,
): { readonly batchId: BatchId; readonly cardIds: readonly CardId[] } | null {
  if (event.type !== "CardsGenerated") return null;
  return { batchId: event.batchId, cardIds: event.cards.map(({ cardId }) => cardId) };
}
