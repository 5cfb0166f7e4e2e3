import type { OpId, ParticipantId, Program, ProgramId, ProgramTerms } from "@scrip/domain";
import { bodyHash, canonicalJson, type Json } from "@scrip/wire";
import { declined, type Attempt } from "../keyed/attempt.ts";
import { conclude } from "../keyed/conclude.ts";
import { runKeyed, type KeyedResult } from "../keyed/keyed.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { situationOf } from "../keyed/situation.ts";
import { committed, programClaim, versionClaim, type Committed } from "./committed.ts";
import { programText } from "./create-program.ts";

export interface ChangeProgramRequest {
  readonly opId: OpId;
  readonly actor: ParticipantId;
  readonly programId: ProgramId;
  /** What is left out stays as the version before has it. */
  readonly terms: Partial<ProgramTerms>;
  /** From when the version rules; null: as soon as may be. The ledger may put it off a little. */
  readonly effectiveFromMs: number | null;
}

/**
 * Makes the next version of a program. Each number is given out once: who finds a version on its way to the ledger
 * waits for it, or is told to come again.
 */
export async function changeProgram(
  ports: OperationPorts,
  request: ChangeProgramRequest,
): Promise<KeyedResult> {
  const { opId, programId, terms, effectiveFromMs } = request;
  const asked = { act: "ProgramChanged", programId, ...plain(terms), effectiveFromMs };
  return await runKeyed(ports.store, {
    opId,
    bodyHash: bodyHash(ports.hash, canonicalJson(asked)),
    claimRefusal: { code: "PROGRAM_VERSION_WRONG" },
    attempt: () => attempt(ports, request),
  });
}

async function attempt(ports: OperationPorts, request: ChangeProgramRequest): Promise<Attempt> {
  const newest = await newestVersion(ports, request.programId);
  if (newest.kind === "NOT_COMMITTED_YET") return newest;
  const nowMs = ports.clock.nowMs();
  if (newest.kind === "NOT_FOUND") return declined({ code: "PROGRAM_NOT_FOUND" }, nowMs);
  const before = newest.thing;
  const { opId, actor, programId, terms, effectiveFromMs } = request;
  return conclude(ports, {
    command: { type: "ChangeProgram", nowMs, opId, actor, ...before, ...terms, effectiveFromMs },
    situation: situationOf(before, []),
    type: "ProgramChanged",
    shard: ports.store.shards,
    walletOf: () => null,
    claims: [versionClaim(programId, before.version + 1)],
    answer: ({ program }) => ({ program: programText(program) }),
  });
}

/** The newest version, once every one that was made is COMMITTED. */
async function newestVersion(
  { store, registry }: OperationPorts,
  id: ProgramId,
): Promise<Committed<Program>> {
  let newest = await committed(store, programClaim(id), () => registry.program(id));
  while (newest.kind === "COMMITTED") {
    const next = newest.thing.version + 1;
    const later = await committed(store, versionClaim(id, next), () => registry.program(id, next));
    if (later.kind === "NOT_FOUND") break;
    newest = later;
  }
  return newest;
}

const plain = (terms: Partial<ProgramTerms>): { readonly [name: string]: Json } =>
  Object.fromEntries(
    Object.entries(terms).map(([name, value]): [string, Json] => [
      name,
      typeof value === "bigint" ? Number(value) : value,
    ]),
  );
