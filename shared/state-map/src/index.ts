export { compareBytes } from "./bytes.ts";
export type { MapChange } from "./bucket/change-bucket.ts";
export {
  MapStoreError,
  type BucketStore,
  type BucketWrite,
  type MapShape,
} from "./bucket/bucket-store.ts";
export { halvesHash, privateHalfHash, publicHalfValueHash } from "./halves.ts";
export type { PublicHalf, StateHalves } from "./halves.ts";
export type { Hash } from "./hashing.ts";
export {
  inspectedLeaves,
  inspectMap,
  type InspectedMap,
  type MapInspector,
  type MapToInspect,
} from "./inspect-map.ts";
export { bucketDepthMax, mapKey } from "./key.ts";
export { decodeMapProof, encodeMapProof, mapProofBytesMax } from "./proof/map-proof-encoding.ts";
export { MapProofError, verifyMapProof } from "./proof/map-proof.ts";
export type { MapClaim, MapProof, MapTerminal } from "./proof/map-proof.ts";
export { bucketLeavesMax, depthFor, rebucket, type Rebucketing } from "./bucket/rebucket.ts";
export { StateMap, type MapOpening, type MapUpdate } from "./state-map.ts";
