import type { CardStorePlace } from "@scrip/testing";
import { ask } from "../../../../infra/redis/ask.mjs";
import { openCardStore, type Place, rebuildCardStore, type SharedCardStore } from "../src/index.ts";
import { optionsAt } from "./options.ts";

/** Opens the store that is there, for writes too: in tests there is no ledger to compare it with. */
export async function openForTest(place: Place): Promise<SharedCardStore> {
  const store = await openCardStore(optionsAt(place));
  await store.openForWrites(await store.serving());
  return store;
}

/** An empty server, or cluster, opened as often as a test likes, and emptied after it. */
export const placeOn =
  (place: Place): (() => Promise<CardStorePlace>) =>
  async () => ({
    open: () => openForTest(place),
    rebuild: (streamStart) => rebuildCardStore({ ...optionsAt(place), streamStart }),
    async remove() {
      const nodes = place.kind === "SERVER" ? [place] : place.nodes;
      for (const { port } of nodes) await ask(port, ["FLUSHALL"]);
    },
  });
