import { Problem } from "../problem/problem.ts";
import type { ProblemCode } from "../problem/codes.ts";

/** A thing of the control stream as COMMITTED, or why it cannot be used (yet). */
export type Lookup<Thing> =
  | { readonly kind: "COMMITTED"; readonly thing: Thing }
  | { readonly kind: "NOT_COMMITTED_YET" }
  | { readonly kind: "NOT_FOUND" };

/** The thing itself. @throws Problem NOT_COMMITTED_YET (try again soon), or the code for a thing that is not there. */
export function requireCommitted<Thing>(lookup: Lookup<Thing>, missing: ProblemCode): Thing {
  switch (lookup.kind) {
    case "COMMITTED":
      return lookup.thing;
    case "NOT_COMMITTED_YET":
      throw new Problem("NOT_COMMITTED_YET");
    case "NOT_FOUND":
      throw new Problem(missing);
  }
}
