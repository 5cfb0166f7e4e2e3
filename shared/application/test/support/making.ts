import { defaultLimits } from "@scrip/domain";
import {
  amount,
  participantId,
  programId,
  unit,
  type Batch,
  type CardId,
  type ProgramKind,
  type ProgramTerms,
} from "@scrip/domain";
import { cardIdOfCode, codeAt, opIdOf } from "@scrip/wire";
import {
  batchIdOf,
  changeProgram,
  createBatch,
  createProgram,
  generateBatch,
  registerParticipant,
  runBulkStep,
  type BulkStep,
  type KeyedResult,
  type StepRun,
} from "../../src/index.ts";
import type { World } from "./world.ts";

export const issuer = participantId("acme");
export const gold = programId("gold");
export const points = programId("points");

/** The operation of a key of the issuer, or of another caller. */
export const keyOf = ({ ports }: Pick<World, "ports">, name: string, caller: string = issuer) =>
  opIdOf(ports.hash, caller, name);

export const createdProgram = (
  world: World,
  kind: ProgramKind,
  terms: Partial<ProgramTerms> = {},
): Promise<KeyedResult> => {
  const id = kind === "POINTS" ? points : gold;
  return createProgram(world.ports, {
    opId: keyOf(world, `program ${id}`),
    actor: issuer,
    programId: id,
    kind,
    unit: unit(kind === "POINTS" ? "PTS" : "CNY"),
    issuer,
    refundWindowDays: 30,
    showBalance: false,
    ...defaultLimits,
    backdatingDaysMax: 3_660,
    ...terms,
  });
};

/** The next version of the program `gold`, which rules at once: this ledger puts nothing off. */
export const changedProgram = (
  world: World,
  terms: Partial<ProgramTerms>,
  key = "second",
  effectiveFromMs: number | null = null,
): Promise<KeyedResult> =>
  changeProgram(world.ports, {
    opId: keyOf(world, `version ${key}`),
    actor: issuer,
    programId: gold,
    terms,
    effectiveFromMs,
  });

export interface Order {
  readonly count: number;
  readonly faceValue?: number | bigint;
  readonly expiresAtMs?: number | null;
  readonly key?: string;
}

export const createdBatch = (world: World, order: Order): Promise<KeyedResult> =>
  createBatch(world.ports, world.seeds, {
    opId: keyOf(world, order.key ?? "batch"),
    actor: issuer,
    programId: gold,
    count: order.count,
    faceValue: amount(order.faceValue ?? 100),
    expiresAtMs: order.expiresAtMs ?? null,
  });

/** A COMMITTED batch of the program `gold`, not generated yet. */
export async function openBatch(world: World, order: Order): Promise<Batch> {
  if (world.registry.program(gold) === undefined) await createdProgram(world, "GIFT_CARD");
  await createdBatch(world, order);
  const batch = world.registry.batch(batchIdOf(keyOf(world, order.key ?? "batch")));
  if (batch === undefined) throw new Error("the batch is not COMMITTED");
  return batch;
}

export const generate = (world: World, batch: Batch, stopping = () => false): Promise<void> =>
  generateBatch(world.ports, world.seeds, { batch, stopping, onProgress: () => undefined });

/** The ids of a batch's cards, in the order of their codes. */
export async function cardIdsOf(world: World, batch: Batch): Promise<CardId[]> {
  const seed = await world.seeds.seed(batch.batchId);
  if (!(seed instanceof Uint8Array)) throw new Error("the codes are gone");
  const { hash } = world.ports;
  return Array.from({ length: batch.count }, (_, nth) =>
    cardIdOfCode(hash, codeAt(hash, seed, nth)),
  );
}

export const distributing = (
  world: World,
  batch: Batch,
  more: Partial<BulkStep> & { key?: string } = {},
): BulkStep => ({
  opId: keyOf(world, more.key ?? `distribute ${batch.batchId}`),
  batch,
  cards: more.cards ?? "ALL",
  act: more.act ?? "DISTRIBUTE",
  actor: issuer,
  distributor: more.distributor ?? issuer,
  named: more.named ?? null,
});

/** Runs to the end, and tells nobody how far it is. */
export const toTheEnd: StepRun = { stopping: () => false, onProgress: () => undefined };

export const run = (world: World, step: BulkStep): Promise<KeyedResult> =>
  runBulkStep(world.ports, step, toTheEnd);

/** Cards of one batch that can be spent by their codes. */
export async function activeCards(world: World, order: Order): Promise<CardId[]> {
  const batch = await openBatch(world, order);
  await generate(world, batch);
  await run(world, distributing(world, batch));
  return await cardIdsOf(world, batch);
}

/** One such card. */
export async function activeCard(world: World, faceValue: number | bigint = 100): Promise<CardId> {
  const [card] = await activeCards(world, { count: 1, faceValue, key: `card of ${faceValue}` });
  if (card === undefined) throw new Error("a batch of one has a card");
  return card;
}

export const registered = (world: World, name: string): Promise<KeyedResult> =>
  registerParticipant(world.ports, {
    opId: keyOf(world, `participant ${name}`, "operator"),
    actor: participantId("operator"),
    participantId: participantId(name),
  });
