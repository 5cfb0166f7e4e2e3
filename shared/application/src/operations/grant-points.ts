import type { Amount, CardId, GrantPoints, OpId, ParticipantId, ProgramId } from "@scrip/domain";
import { cardId, shardOf } from "@scrip/domain";
import type { HolderIdentity } from "@scrip/ports";
import {
  bodyHash,
  canonicalJson,
  toHex,
  formatCardId,
  formatTime,
  formatOperationId,
} from "@scrip/wire";
import { balancesOf } from "./answers.ts";
import { conclude } from "../keyed/conclude.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { commitmentOf, identifyHolder, walletRecords } from "./holders.ts";
import type { Attempt, KeyedResult } from "../keyed/keyed.ts";
import { runKeyed } from "../keyed/keyed.ts";
import { situationOf } from "../keyed/situation.ts";
import type { Turns } from "../keyed/turns.ts";

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

/** Grants points: a new lot in the holder's wallet. */
export async function grantPoints(
  ports: OperationPorts,
  turns: Turns,
  request: GrantRequest,
): Promise<KeyedResult> {
  const identity = await identifyHolder(ports, request.holder);
  const { programId, expiresAtMs, acceptor, reference, businessAtMs } = request;
  const amount = Number(request.amount);
  const asked = { programId, expiresAtMs, acceptor, reference, businessAtMs, amount };
  const operation = {
    opId: request.opId,
    bodyHash: bodyHash(
      ports.hash,
      canonicalJson({ act: "grant", wallet: identity.walletId, ...asked }),
    ),
    attempt: () => attempt(ports, request, identity),
  };
  return await turns.take(`wallet ${identity.walletId}`, () => runKeyed(ports.store, operation));
}

const lotIdBytes = 20;

/** A fresh lot id in the wallet's shard: a random byte of that residue, then random bytes. */
function newLotId(ports: OperationPorts, shard: number): CardId {
  const bytes = ports.identity.randomBytes(lotIdBytes);
  const { shards } = ports.store;
  const floor = (bytes[0] ?? 0) - ((bytes[0] ?? 0) % shards);
  bytes[0] = floor + shard > 255 ? floor - shards + shard : floor + shard;
  return cardId(toHex(bytes));
}

async function attempt(
  ports: OperationPorts,
  request: GrantRequest,
  identity: HolderIdentity,
): Promise<Attempt> {
  const nowMs = ports.clock.nowMs();
  const { programId } = request;
  const shard = shardOf(identity.walletId, ports.store.shards);
  const program = ports.registry.program(programId) ?? null;
  const command: GrantPoints = {
    type: "GrantPoints",
    nowMs,
    actor: request.caller,
    opId: request.opId,
    lotId: newLotId(ports, shard),
    holder: commitmentOf(ports, identity, programId),
    amount: request.amount,
    expiresAtMs: request.expiresAtMs,
    acceptor: request.acceptor,
    businessAtMs: request.businessAtMs ?? nowMs,
  };
  const earlier = await walletRecords(ports.store, identity.walletId);
  const lots = earlier.map((record) => record.card).filter((card) => card.programId === programId);
  return conclude(ports, {
    command,
    situation: situationOf(program, []),
    type: "PointsGranted",
    shard,
    walletOf: () => identity.walletId,
    answer: (event, { cards }) => ({
      operation: {
        id: formatOperationId({ kind: "pg", decisionShard: shard, opId: request.opId }),
        type: "POINTS_GRANT",
        status: "COMPLETED",
        amount: Number(request.amount),
        cardId: formatCardId(command.lotId),
        programId,
        acceptor: request.acceptor,
        at: formatTime(event.atMs),
        businessAt: formatTime(event.businessAtMs),
        reference: request.reference,
      },
      balances: [balancesOf([...lots, ...cards], event.unit)],
    }),
  });
}
