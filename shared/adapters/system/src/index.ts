export { keyFileSigner } from "./key-file-signer.ts";
export { SystemClock } from "./system-clock.ts";
export { SystemIdentity } from "./system-identity.ts";
