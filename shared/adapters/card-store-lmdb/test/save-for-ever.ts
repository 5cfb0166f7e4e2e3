import { storeGiven } from "@scrip/testing";
import { openCardStore } from "../src/index.ts";
import { optionsAt } from "./options.ts";

/*
 * Opens the store in a directory and saves until it is killed, or until a save fails. Says `saved NAME` after a save
 * has resolved, never before; 50 callers at once, each with a card of its own.
 */
const { birth, cardIdIn, fullCard, moveOf, recordOf, suiteShards } = storeGiven;
const callers = 50;
const [, , directory = ""] = process.argv;

async function main(): Promise<void> {
  const store = await openCardStore(optionsAt(directory));
  const failed = await Promise.all(Array.from({ length: callers }, (_, nth) => saveOn(store, nth)));
  process.stdout.write(`failed ${failed[0]}\n`);
}

async function saveOn(
  store: Awaited<ReturnType<typeof openCardStore>>,
  nth: number,
): Promise<string> {
  const shard = nth % suiteShards;
  const id = cardIdIn(shard, `${directory} ${nth}`);
  let record = (await store.card(id)) ?? recordOf(fullCard(id));
  try {
    if (record.card.version === 1) await store.save(birth(record, shard)).catch(ignoreConflict);
    for (;;) {
      const name = `${nth} ${record.card.version}`;
      const change = moveOf(record, shard, name);
      await store.save(change);
      process.stdout.write(`saved ${name}\n`);
      record = change.cards[0]?.record ?? record;
    }
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

/** The card was born before an earlier kill. */
function ignoreConflict(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "VERSION_CONFLICT"))
    throw error;
}

main().catch((error: unknown) => {
  process.stdout.write(`refused ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
