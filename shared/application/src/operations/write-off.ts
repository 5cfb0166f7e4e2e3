import type {
  Amount,
  Card,
  OpId,
  ParticipantId,
  Program,
  ProgramId,
  Tender,
  Unit,
  WriteOff,
} from "@scrip/domain";
import { shardOf, sumOf } from "@scrip/domain";
import type { CardRecord } from "@scrip/ports";
import { bodyHash, canonicalJson, formatOperationId, formatTime } from "@scrip/wire";
import { committedProgram } from "../control/committed.ts";
import { declined, type Attempt } from "../keyed/attempt.ts";
import { conclude } from "../keyed/conclude.ts";
import type { KeyedResult } from "../keyed/keyed.ts";
import { runKeyed } from "../keyed/keyed.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { walletsOf } from "../keyed/records.ts";
import { situationOf } from "../keyed/situation.ts";
import type { Turns } from "../keyed/turns.ts";
import { afterwards, partsOf } from "./answers.ts";
import { commitmentOf } from "./holders.ts";
import {
  askedOf,
  balancesShown,
  identify,
  recordsOf,
  turnOf,
  type KnownTender,
  type ShownTender,
} from "./tender.ts";

export interface WriteOffRequest {
  readonly opId: OpId;
  readonly caller: ParticipantId;
  readonly acceptor: ParticipantId;
  readonly amount: Amount;
  readonly unit: Unit | null;
  readonly tender: ShownTender;
  readonly allowPartial: boolean;
  readonly minimumAvailable: Amount;
  readonly reference: string | null;
  readonly businessAtMs: number | null;
  /** Whether this caller may touch cards of the program; false: the card is as good as unknown. */
  readonly maySee: (programId: ProgramId) => boolean;
}

/** Writes off: one sale, one event, one outcome under the key. */
export async function writeOff(
  ports: OperationPorts,
  turns: Turns,
  request: WriteOffRequest,
): Promise<KeyedResult> {
  const tender = await identify(ports, request.tender);
  const operation = {
    opId: request.opId,
    bodyHash: hashOf(ports, request, tender),
    attempt: () => attempt(ports, request, tender),
  };
  return await turns.take(turnOf(tender), () => runKeyed(ports.store, operation));
}

function hashOf(ports: OperationPorts, request: WriteOffRequest, tender: KnownTender): string {
  const { acceptor, unit, allowPartial, reference, businessAtMs } = request;
  const body = {
    act: "write-off",
    acceptor,
    amount: Number(request.amount),
    unit,
    tender: askedOf(tender),
    allowPartial,
    minimumAvailable: Number(request.minimumAvailable),
    reference,
    businessAtMs,
  };
  return bodyHash(ports.hash, canonicalJson(body));
}

async function attempt(
  ports: OperationPorts,
  request: WriteOffRequest,
  tender: KnownTender,
): Promise<Attempt> {
  const found = await recordsOf(ports, tender);
  const nowMs = ports.clock.nowMs();
  const programId = tender.kind === "LOTS" ? tender.programId : found[0]?.card.programId;
  // A card of a program that the caller may not see is no card, and such a program no program.
  const unknown = tender.kind === "LOTS" ? "PROGRAM_NOT_FOUND" : "CARD_NOT_FOUND";
  if (programId === undefined || !request.maySee(programId))
    return declined({ code: unknown }, nowMs);
  const lookup = await committedProgram(ports, programId);
  if (lookup.kind === "NOT_COMMITTED_YET") return lookup;
  if (lookup.kind === "NOT_FOUND") return declined({ code: "PROGRAM_NOT_FOUND" }, nowMs);
  const program = lookup.thing;
  if (tender.kind === "LOTS" && program.kind !== "POINTS")
    return declined({ code: "PROGRAM_KIND_MISMATCH" }, nowMs);
  return attemptOn(ports, request, { tender, found, program, nowMs });
}

interface Loaded {
  readonly tender: KnownTender;
  readonly found: readonly CardRecord[];
  readonly program: Program;
  readonly nowMs: number;
}

function attemptOn(ports: OperationPorts, request: WriteOffRequest, loaded: Loaded): Attempt {
  const { tender, found, program } = loaded;
  const cards = found.map((record) => record.card);
  const place = tender.kind === "LOTS" ? tender.wallet.walletId : tender.cardId;
  const shard = shardOf(place, ports.store.shards);
  const walletOf = walletsOf(found);
  const shownIn = (now: Iterable<Card>) => {
    const placed = Array.from(now, (card) => ({ card, walletId: walletOf(card) }));
    return balancesShown(tender, placed, loaded);
  };
  return conclude(ports, {
    command: commandOf(ports, request, loaded),
    situation: situationOf(program, cards),
    type: "CardWrittenOff",
    shard,
    walletOf,
    seen: (situation) => ({ balances: shownIn(situation.cards.values()) }),
    answer: (event, consequence, before) => ({
      operation: {
        id: formatOperationId({ kind: "wo", decisionShard: shard, opId: request.opId }),
        type: "WRITE_OFF",
        status: "COMPLETED",
        amount: Number(sumOf(event.cards)),
        requested: Number(request.amount),
        acceptor: request.acceptor,
        programId: event.programId,
        at: formatTime(event.atMs),
        businessAt: formatTime(event.businessAtMs),
        reference: request.reference,
        cards: partsOf(event),
      },
      balances: shownIn(afterwards([...before.cards.values()], consequence.cards)),
    }),
  });
}

function commandOf(ports: OperationPorts, request: WriteOffRequest, loaded: Loaded): WriteOff {
  const { tender, program, nowMs } = loaded;
  const spentBy: Tender =
    tender.kind === "CODE"
      ? { kind: "CODE" }
      : { kind: "WALLET", holder: commitmentOf(ports, tender.wallet, program.programId) };
  return {
    type: "WriteOff",
    nowMs,
    actor: request.caller,
    opId: request.opId,
    tender: spentBy,
    unit: request.unit,
    amount: request.amount,
    allowPartial: request.allowPartial,
    minimumAvailable: request.minimumAvailable,
    acceptor: request.acceptor,
    businessAtMs: request.businessAtMs ?? nowMs,
  };
}
