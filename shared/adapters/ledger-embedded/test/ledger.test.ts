import { ledgerSuite } from "@scrip/testing";
import { Place } from "./place.ts";

ledgerSuite("embedded", (genesis) => Place.make(genesis));
