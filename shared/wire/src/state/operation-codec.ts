import { lotsPerWriteOffMax } from "@scrip/domain";
import type { CardId, Leg, Operation, OpId, ParticipantId, ProgramId, Unit } from "@scrip/domain";
import type { OperationState } from "../states.ts";
import { arrayOf, tuple } from "../codec/codec.ts";
import { field, record } from "../codec/record.ts";
import {
  amountCodec,
  booleanCodec,
  hex,
  nameCodec,
  timeMs,
  unitCodec,
  whole,
} from "../codec/scalars.ts";

/** What anybody may be shown of an operation. */
export interface OperationPublic {
  readonly diverged: boolean;
  readonly unit: Unit;
  readonly programId: ProgramId;
  readonly version: number;
}

/** Everything else. */
export interface OperationPrivate extends Omit<Operation, "unit" | "programId" | "version"> {
  readonly lastEventId: string;
  readonly nonce: string;
}

export const operationPublicCodec = record<OperationPublic>({
  diverged: field(2, booleanCodec),
  unit: field(3, unitCodec),
  programId: field(5, nameCodec<ProgramId>()),
  version: field(6, whole(1)),
});

const leg = tuple<Leg>({ cardId: hex<CardId>(20), amount: amountCodec, refunded: amountCodec });

export const operationPrivateCodec = record<OperationPrivate>({
  opId: field(1, hex<OpId>(32)),
  nonce: field(2, hex(16)),
  lastEventId: field(3, hex(32)),
  // Reserved: 4.
  acceptor: field(5, nameCodec<ParticipantId>()),
  refundableUntilMs: field(6, timeMs),
  legs: field(7, arrayOf(leg, { min: 1, max: lotsPerWriteOffMax })),
  // Reserved: 8 status and 9 kind, for holds and split tenders.
});

/** An operation on its own, as an event carries it. */
export const operationCodec = record<Operation>({
  opId: field(1, hex<OpId>(32)),
  programId: field(2, nameCodec<ProgramId>()),
  unit: field(3, unitCodec),
  acceptor: field(4, nameCodec<ParticipantId>()),
  refundableUntilMs: field(5, timeMs),
  legs: field(6, arrayOf(leg, { min: 1, max: lotsPerWriteOffMax })),
  version: field(7, whole(1)),
});

export const publicOfOperation = ({ operation, diverged }: OperationState): OperationPublic => ({
  diverged,
  unit: operation.unit,
  programId: operation.programId,
  version: operation.version,
});

export const privateOfOperation = (state: OperationState): OperationPrivate => ({
  ...state.operation,
  lastEventId: state.lastEventId,
  nonce: state.nonce,
});

/** Both halves together. */
export function joinOperation(shown: OperationPublic, hidden: OperationPrivate): OperationState {
  const { lastEventId, nonce, ...kept } = hidden;
  const { diverged, ...open } = shown;
  return { operation: { ...kept, ...open }, lastEventId, nonce, diverged };
}
