import { lawGauge } from "@scrip/domain";
import type { LedgerState } from "@scrip/ledger-state";
import { PortError, type Outbox } from "@scrip/ports";
import type { DependencyContainer } from "@scrip/service-kit";
import {
  decodeEntry,
  formatTime,
  ledgerStatusAnswer,
  toHex,
  type LedgerStatusAnswer,
  type SealEntry,
} from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { copyBehind } from "../follow/once-caught-up.ts";
import type { CopyReads } from "../proofs/checked-reads.ts";
import { tokens } from "../tokens.ts";
import { everyRole, plainText } from "./shapes.ts";

/** `GET /v1/ledger/status`: the ledger as a whole, as far as the copy has it, and how far that is. */
export function ledgerStatusRoute(app: FastifyInstance, container: DependencyContainer): void {
  const { store } = container.resolve(tokens.copy);
  const following = container.resolve(tokens.following);
  const watch = container.resolve(tokens.watch);
  const outbox = container.resolve(tokens.outbox);
  const repairs = container.resolve(tokens.repairs);
  const catchingUp = container.resolve(tokens.catchingUp);

  app.get(
    "/v1/ledger/status",
    { config: { access: everyRole }, schema: { response: { 200: ledgerStatusAnswer } } },
    async (): Promise<LedgerStatusAnswer> => {
      const saved = outbox === null ? null : await savedIn(outbox);
      // From here on in one step: at depth 0 the totals hold everything that was accepted when it was asked for.
      const { state } = following.follower;
      const leaves = state.leaves();
      const far = catchingUp();
      if (far?.verified === 0) throw copyBehind(far);
      const seal = headSeal(store);
      const { rejections, lagP50Ms } = watch.report();
      return {
        chainId: leaves.need("protocol", null).chainId,
        height: seal.height,
        size: state.size,
        catchingUp: far,
        root: toHex(state.root()),
        mapRoot: seal.mapRoot,
        cards: seal.cards,
        time: formatTime(seal.timeMs),
        lag: { outboxDepth: saved && notIn(leaves, saved), acceptedToCommittedMs: lagP50Ms },
        totals: totalsOf(seal),
        lawGauge: String(lawGauge(seal.totals)),
        rejections,
        divergedCards: repairs?.diverged ?? null,
      };
    },
  );
}

/** `GET /v1/ledger/policy`: whom to trust, as the chain says it. */
export function ledgerPolicyRoute(app: FastifyInstance, container: DependencyContainer): void {
  const policy = container.resolve(tokens.policy);

  app.get("/v1/ledger/policy", { config: { access: "PUBLIC" } }, (_request, reply) =>
    reply.type(plainText).header("cache-control", "no-cache").send(policy()),
  );
}

/** @throws PortError UNAVAILABLE before the first block */
function headSeal(store: CopyReads): SealEntry {
  const bytes = store.entry(store.size() - 1);
  if (bytes === undefined)
    throw new PortError("UNAVAILABLE", "nothing of the ledger is verified yet");
  const entry = decodeEntry(bytes);
  if (entry.kind !== "seal") throw new PortError("CORRUPT", "the log's last entry is no seal");
  return entry;
}

/** How many events each stream has. */
const savedIn = (outbox: Outbox): Promise<number[]> =>
  Promise.all(Array.from({ length: outbox.streams }, (_, shard) => outbox.nextSeq(shard)));

/** How many of them the verified copy does not have yet; it may have more than were counted a moment ago. */
function notIn(leaves: ReturnType<LedgerState["leaves"]>, saved: readonly number[]): number {
  const missing = saved.map((next, shard) => next - leaves.need("shard-head", shard).nextSeq);
  return missing.reduce((sum, depth) => sum + Math.max(0, depth), 0);
}

const totalsOf = ({ totals }: SealEntry): LedgerStatusAnswer["totals"] => ({
  loaded: String(totals.loaded),
  adjusted: String(totals.adjusted),
  movedIn: String(totals.movedIn),
  movedOut: String(totals.movedOut),
  available: String(totals.available),
  held: String(totals.held),
  writtenOff: String(totals.writtenOff),
  refunded: String(totals.refunded),
  expired: String(totals.expired),
  cancelled: String(totals.cancelled),
});
