import type { Amount, GrantPoints, OpId, ParticipantId, Program, ProgramId } from "@scrip/domain";
import { shardOf } from "@scrip/domain";
import type { HolderIdentity } from "@scrip/ports";
import { bodyHash, canonicalJson, formatCardId, formatOperationId, formatTime } from "@scrip/wire";
import { committedProgram } from "../control/committed.ts";
import { declined, type Attempt } from "../keyed/attempt.ts";
import { conclude } from "../keyed/conclude.ts";
import type { KeyedResult } from "../keyed/keyed.ts";
import { runKeyed } from "../keyed/keyed.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { situationOf } from "../keyed/situation.ts";
import { afterwards } from "./answers.ts";
import { commitmentOf, identifyHolder } from "./holders.ts";
import { newLotId } from "./lot-id.ts";
import { lotBalances, lotsOf } from "./tender.ts";

export interface GrantRequest {
  readonly opId: OpId;
  readonly caller: ParticipantId;
  readonly programId: ProgramId;
  readonly holder: string;
  readonly amount: Amount;
  readonly expiresAtMs: number | null;
  readonly acceptor: ParticipantId | null;
  readonly reference: string | null;
  readonly businessAtMs: number | null;
}

/** Grants points: a new lot in the holder's wallet. Grants never conflict, so they take no turns. */
export async function grantPoints(
  ports: OperationPorts,
  request: GrantRequest,
): Promise<KeyedResult> {
  const identity = await identifyHolder(ports, request.holder);
  const { programId, expiresAtMs, acceptor, reference, businessAtMs } = request;
  const asked = {
    act: "grant",
    wallet: identity.walletId,
    programId,
    amount: Number(request.amount),
    expiresAtMs,
    acceptor,
    reference,
    businessAtMs,
  };
  return await runKeyed(ports.store, {
    opId: request.opId,
    bodyHash: bodyHash(ports.hash, canonicalJson(asked)),
    attempt: () => attempt(ports, request, identity),
  });
}

async function attempt(
  ports: OperationPorts,
  request: GrantRequest,
  wallet: HolderIdentity,
): Promise<Attempt> {
  const lookup = await committedProgram(ports, request.programId);
  if (lookup.kind === "NOT_COMMITTED_YET") return lookup;
  const nowMs = ports.clock.nowMs();
  if (lookup.kind === "NOT_FOUND") return declined({ code: "PROGRAM_NOT_FOUND" }, nowMs);
  const program = lookup.thing;
  const lots = await lotsOf(ports, wallet.walletId, program.programId);
  const shard = shardOf(wallet.walletId, ports.store.shards);
  const command = commandOf(ports, request, { wallet, program, nowMs });
  return conclude(ports, {
    command,
    situation: situationOf(program, []),
    type: "PointsGranted",
    shard,
    walletOf: () => wallet.walletId,
    answer: (event, { cards }) => ({
      operation: {
        id: formatOperationId({ kind: "pg", decisionShard: shard, opId: request.opId }),
        type: "POINTS_GRANT",
        status: "COMPLETED",
        amount: Number(request.amount),
        cardId: formatCardId(command.lotId),
        programId: program.programId,
        acceptor: request.acceptor,
        at: formatTime(event.atMs),
        businessAt: formatTime(event.businessAtMs),
        reference: request.reference,
      },
      balances: [
        lotBalances(
          afterwards(
            lots.map(({ card }) => card),
            cards,
          ),
          { program, nowMs },
        ),
      ],
    }),
  });
}

function commandOf(
  ports: OperationPorts,
  request: GrantRequest,
  under: { wallet: HolderIdentity; program: Program; nowMs: number },
): GrantPoints {
  const { wallet, program, nowMs } = under;
  return {
    type: "GrantPoints",
    nowMs,
    actor: request.caller,
    opId: request.opId,
    lotId: newLotId(ports, shardOf(wallet.walletId, ports.store.shards)),
    holder: commitmentOf(ports, wallet, program.programId),
    amount: request.amount,
    expiresAtMs: request.expiresAtMs,
    acceptor: request.acceptor,
    businessAtMs: request.businessAtMs ?? nowMs,
  };
}
