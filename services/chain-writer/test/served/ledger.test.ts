import { ledgerSuite } from "@scrip/testing";
import { Place } from "./place.ts";

ledgerSuite("embedded, read over HTTP", (genesis) => Place.make(genesis));
