import type { BatchId, CardId, OpId, ParticipantId, ProgramId } from "@scrip/domain";
import type { Hash } from "../bytes.ts";
import { bigEndian, concat, fromHex, hashTagged, terminated, utf8 } from "../bytes.ts";
import type { KeyLeaf, Leaves } from "../states.ts";
import type { LeafKind } from "../tags.ts";

/** What names a leaf of each kind. `null`: there is one of its kind. */
export interface LeafIds {
  readonly card: CardId;
  readonly operation: OpId;
  readonly program: ProgramId | string;
  readonly "program-version": { readonly programId: ProgramId | string; readonly version: number };
  readonly batch: BatchId;
  readonly participant: ParticipantId | string;
  readonly key: { readonly role: KeyLeaf["role"]; readonly name: string };
  readonly validators: null;
  readonly "shard-head": number;
  readonly totals: null;
  readonly protocol: null;
}

/** Id bytes of each kind; none is the beginning of another of its kind with something left to tell. */
const idBytes: { readonly [K in LeafKind]: (id: LeafIds[K]) => Uint8Array } = {
  card: fromHex,
  operation: fromHex,
  program: utf8,
  // program id ‖ 0 ‖ version as uint32
  "program-version": ({ programId, version }) =>
    concat(terminated(programId), bigEndian(version, 4)),
  batch: fromHex,
  participant: utf8,
  // role ‖ 0 ‖ name
  key: ({ role, name }) => concat(terminated(role), utf8(name)),
  validators: () => new Uint8Array(0),
  // uint16
  "shard-head": (shard) => bigEndian(shard, 2),
  totals: () => new Uint8Array(0),
  protocol: () => new Uint8Array(0),
};

const idOf: { readonly [K in LeafKind]: (leaf: Leaves[K]) => LeafIds[K] } = {
  card: (leaf) => leaf.card.cardId,
  operation: (leaf) => leaf.operation.opId,
  program: (leaf) => leaf.programId,
  "program-version": ({ programId, version }) => ({ programId, version }),
  batch: (leaf) => leaf.batchId,
  participant: (leaf) => leaf.participantId,
  key: ({ role, name }) => ({ role, name }),
  validators: () => null,
  "shard-head": (leaf) => leaf.shard,
  totals: () => null,
  protocol: () => null,
};

/** The id of a leaf. */
export const leafIdOf = <K extends LeafKind>(kind: K, leaf: Leaves[K]): LeafIds[K] =>
  idOf[kind](leaf);

/** Bytes of a leaf's id. */
export const leafIdBytes = <K extends LeafKind>(kind: K, id: LeafIds[K]): Uint8Array =>
  idBytes[kind](id);

/** Where in the map a leaf stands: H("scrip/v1/map/<kind>" ‖ 0 ‖ id). */
export const leafKey = <K extends LeafKind>(hash: Hash, kind: K, id: LeafIds[K]): Uint8Array =>
  hashTagged(hash, `scrip/v1/map/${kind}`, idBytes[kind](id));
