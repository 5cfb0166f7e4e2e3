import type { Batch, BatchId, Participant, ParticipantId, Program, ProgramId } from "@scrip/domain";
import type { CardStore, Clock, Registry } from "@scrip/ports";
import { controlPollMs, controlWaitMs } from "./limits.ts";

/** A thing of the control stream as COMMITTED, or why it cannot be used (yet). */
export type Committed<Thing> =
  | { readonly kind: "COMMITTED"; readonly thing: Thing }
  | { readonly kind: "NOT_COMMITTED_YET" }
  | { readonly kind: "NOT_FOUND" };

type ControlPorts = {
  readonly store: CardStore;
  readonly registry: Registry;
  readonly clock: Clock;
};

export const programClaim = (id: ProgramId): string => `program:${id}`;
/** Of every version but the first. */
export const versionClaim = (id: ProgramId, version: number): string => `program:${id}:${version}`;
export const batchClaim = (id: BatchId): string => `batch:${id}`;
export const participantClaim = (id: ParticipantId): string => `participant:${id}`;

/** The version of a program that rules now. */
export const committedProgram = (ports: ControlPorts, id: ProgramId): Promise<Committed<Program>> =>
  committed(ports.store, programClaim(id), () => ports.registry.ruling(id, ports.clock.nowMs()));

export const committedBatch = (ports: ControlPorts, id: BatchId): Promise<Committed<Batch>> =>
  committed(ports.store, batchClaim(id), () => ports.registry.batch(id));

export const committedParticipant = (
  ports: ControlPorts,
  id: ParticipantId,
): Promise<Committed<Participant>> =>
  committed(ports.store, participantClaim(id), () => ports.registry.participant(id));

/** Looks in the registry; waits for what is claimed and on its way, at most `controlWaitMs`. */
export async function committed<Thing>(
  store: CardStore,
  claim: string,
  look: () => Thing | undefined,
): Promise<Committed<Thing>> {
  const known = look();
  if (known !== undefined) return { kind: "COMMITTED", thing: known };
  if (!(await store.claimed(claim))) return { kind: "NOT_FOUND" };
  for (let waitedMs = 0; ; waitedMs += controlPollMs) {
    const thing = look();
    if (thing !== undefined) return { kind: "COMMITTED", thing };
    if (waitedMs >= controlWaitMs) return { kind: "NOT_COMMITTED_YET" };
    await new Promise((resolve) => setTimeout(resolve, controlPollMs));
  }
}
