import { cardStoreSuite, outboxSuite } from "@scrip/testing";
import { newPlace } from "./place.ts";

cardStoreSuite("LMDB", newPlace);
outboxSuite("LMDB", newPlace);
