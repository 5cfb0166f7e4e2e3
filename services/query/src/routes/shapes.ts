import { roles } from "@scrip/ports";

/** Any key will do; what it shows depends on its role and scope. */
export const everyRole = roles;

/** Media type of proofs, checkpoints and policies. */
export const plainText = "text/plain; charset=utf-8";
