import { afterEach, beforeEach } from "vitest";
import type { CardStorePlace, StoreUnderTest } from "./card-store-place.ts";

/** A store for each test of the suite around, in a place of its own. */
export interface OpenPlace {
  store: StoreUnderTest;
  /** Closes the store and opens it again: what follows reads what is stored. */
  reopen(): Promise<void>;
}

/** Registers the hooks; the store is there once a test runs. */
export function openPlace(newPlace: () => Promise<CardStorePlace>): OpenPlace {
  let place: CardStorePlace | undefined;
  let store: StoreUnderTest | undefined;
  const theStore = (): StoreUnderTest => {
    if (store === undefined) throw new Error("the store is opened before each test");
    return store;
  };
  beforeEach(async () => {
    place = await newPlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store?.close();
    await place?.remove();
  });
  return {
    get store() {
      return theStore();
    },
    async reopen() {
      await theStore().close();
      store = await place?.open();
    },
  };
}
