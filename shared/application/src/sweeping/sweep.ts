import {
  bulkCardsPerEventMax,
  type CardId,
  closeDue,
  type DomainEvent,
  dueAtMs,
  evolve,
  expireDue,
  type Operation,
  operationsPerEventMax,
  type OpId,
  type Program,
  type ProgramId,
  type Situation,
} from "@scrip/domain";
import type { CardStore, DueEntry } from "@scrip/ports";
import { noEffects, type Effects } from "../keyed/attempt.ts";
import { newEntry } from "../keyed/new-entry.ts";
import { againOnConflict } from "../keyed/on-conflict.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { effectsOf, walletsOf } from "../keyed/records.ts";
import { situationOf } from "../keyed/situation.ts";
import { sweepPageEntries } from "./limits.ts";

export type SweepPorts = Pick<OperationPorts, "store" | "registry" | "clock" | "identity" | "hash">;

/** What one go at a shard did. */
export interface Swept {
  readonly cards: number;
  readonly operations: number;
  /** Entries of the due index that meant nothing any more and are gone. */
  readonly stale: number;
}

/**
 * Brings about what these entries of a shard say is due: cards expire, operations close, each program's in events of
 * its own. What was done already, or is no longer there, leaves the index. Doing it again does nothing.
 * @throws PortError UNAVAILABLE: what was saved was saved, the rest is still in the index
 */
export async function sweepEntries(
  ports: SweepPorts,
  shard: number,
  entries: readonly DueEntry[],
): Promise<Swept> {
  const cards = await sweepCards(
    ports,
    shard,
    entries.filter(({ kind }) => kind === "CARD"),
  );
  const operations = await sweepOperations(
    ports,
    shard,
    entries.filter(({ kind }) => kind === "OPERATION"),
  );
  const stale = cards.stale + operations.stale;
  return { cards: cards.swept, operations: operations.swept, stale };
}

interface Done {
  readonly swept: number;
  readonly stale: number;
}

async function sweepCards(
  ports: SweepPorts,
  shard: number,
  entries: readonly DueEntry[],
): Promise<Done> {
  const records = await ports.store.cards(entries.map(({ id }) => id as CardId));
  const dueOf = new Map<string, number | null>();
  for (const { card } of records) dueOf.set(card.cardId, dueAtMs(card));
  const stale = entries.filter((entry) => dueOf.get(entry.id) !== entry.dueAtMs);
  await forget(ports.store, shard, stale);
  let swept = 0;
  for (const [programId, some] of byProgram(records.map(({ card }) => card))) {
    const cardIds = some.map(({ cardId }) => cardId);
    swept += await toTheEnd(bulkCardsPerEventMax, () =>
      expire(ports, { shard, programId }, cardIds),
    );
  }
  return { swept, stale: stale.length };
}

interface Of {
  readonly shard: number;
  readonly programId: ProgramId;
}

/** Expires those of a program's cards that are due, as many as one event takes. @returns how many */
async function expire(ports: SweepPorts, of: Of, cardIds: readonly CardId[]): Promise<number> {
  const records = await ports.store.cards(cardIds);
  const cards = records.map(({ card }) => card);
  const due = ruledBy(ports, of.programId, (program, nowMs) => {
    const situation = situationOf(program, cards);
    return { situation, event: expireDue(situation, nowMs) };
  });
  if (due === null) return 0;
  const consequence = evolve(due.situation, due.event);
  const entry = newEntry(ports, due.event);
  await save(ports.store, of.shard, effectsOf(entry, consequence, walletsOf(records)));
  return consequence.cards.length;
}

async function sweepOperations(
  ports: SweepPorts,
  shard: number,
  entries: readonly DueEntry[],
): Promise<Done> {
  const found = await operationsOf(
    ports.store,
    shard,
    entries.map(({ id }) => id as OpId),
  );
  const stale = entries.filter(
    ({ id, dueAtMs: at }) => found.get(id as OpId)?.refundableUntilMs !== at,
  );
  await forget(ports.store, shard, stale);
  let swept = 0;
  for (const [programId, some] of byProgram([...found.values()])) {
    const opIds = some.map(({ opId }) => opId);
    swept += await toTheEnd(operationsPerEventMax, () => close(ports, { shard, programId }, opIds));
  }
  return { swept, stale: stale.length };
}

/** Closes those of a program's operations whose window is over, as many as one event takes. @returns how many */
async function close(ports: SweepPorts, of: Of, opIds: readonly OpId[]): Promise<number> {
  const operations = await operationsOf(ports.store, of.shard, opIds);
  const due = ruledBy(ports, of.programId, (program, nowMs) => {
    const situation = situationOf(program, [], { operations });
    return { situation, event: closeDue(situation, nowMs) };
  });
  if (due === null) return 0;
  const { closed } = evolve(due.situation, due.event);
  const { eventId, bytes } = newEntry(ports, due.event);
  const over = closed.flatMap((opId) => operations.get(opId) ?? []);
  await save(ports.store, of.shard, {
    ...noEffects,
    events: [{ eventId, bytes }],
    operationRemoves: over.map(({ opId, version }) => ({ opId, expectedVersion: version })),
    dueRemoves: over.map(({ opId: id, refundableUntilMs }): DueEntry => {
      return { dueAtMs: refundableUntilMs, kind: "OPERATION", id };
    }),
  });
  return closed.length;
}

/** Event after event, each on what is there by then, until one was not full. @returns how many all of them took */
async function toTheEnd(perEventMax: number, work: () => Promise<number>): Promise<number> {
  for (let sum = 0; ;) {
    const taken = await againOnConflict(work);
    sum += taken;
    if (taken < perEventMax) return sum;
  }
}

async function operationsOf(
  store: CardStore,
  shard: number,
  opIds: readonly OpId[],
): Promise<Map<OpId, Operation>> {
  const found = new Map<OpId, Operation>();
  for (const opId of opIds) {
    const record = await store.operation(shard, opId);
    if (record !== undefined) found.set(opId, record.operation);
  }
  return found;
}

/**
 * What is due under the version of the program that rules at the event's own time: later than ours, where a card has
 * seen a later one. Null when nothing is due, or the program is not known here yet.
 */
function ruledBy<Event extends DomainEvent>(
  { registry, clock }: SweepPorts,
  programId: ProgramId,
  decide: (
    program: Program,
    nowMs: number,
  ) => { readonly situation: Situation; readonly event: Event | null },
): { readonly situation: Situation; readonly event: Event } | null {
  const nowMs = clock.nowMs();
  let program = registry.ruling(programId, nowMs);
  while (program !== undefined) {
    const { situation, event } = decide(program, nowMs);
    if (event === null) return null;
    const ruling: Program | undefined = registry.ruling(programId, event.atMs);
    if (ruling === undefined || ruling.version <= program.version) return { situation, event };
    program = ruling;
  }
  return null;
}

async function forget(store: CardStore, shard: number, stale: readonly DueEntry[]): Promise<void> {
  for (let from = 0; from < stale.length; from += sweepPageEntries) {
    const dueRemoves = stale.slice(from, from + sweepPageEntries);
    await save(store, shard, { ...noEffects, dueRemoves });
  }
}

async function save(store: CardStore, shard: number, effects: Effects): Promise<void> {
  const saved = await store.save({ shard, pointer: null, outcome: null, ...effects });
  if (saved.kind !== "SAVED") throw new Error(`what is due has no key and no claim: ${saved.kind}`);
}

function byProgram<Thing extends { readonly programId: ProgramId }>(
  things: readonly Thing[],
): Map<ProgramId, Thing[]> {
  const groups = new Map<ProgramId, Thing[]>();
  for (const thing of things) {
    const group = groups.get(thing.programId);
    if (group === undefined) groups.set(thing.programId, [thing]);
    else group.push(thing);
  }
  return groups;
}
