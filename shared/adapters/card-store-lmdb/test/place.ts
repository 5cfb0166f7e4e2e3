import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CardStorePlace } from "@scrip/testing";
import { openCardStore, rebuildCardStore } from "../src/index.ts";
import { optionsAt } from "./options.ts";

export const newDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), "scrip-card-store-"));

/** A directory of its own, opened as often as a test likes. */
export async function newPlace(): Promise<CardStorePlace> {
  const directory = await newDirectory();
  return {
    open: () => openCardStore(optionsAt(directory)),
    rebuild: (streamStart) => rebuildCardStore({ ...optionsAt(directory), streamStart }),
    remove: () => rm(directory, { recursive: true }),
  };
}
